/** Backends: which execution provider runs a model on this device, chosen by measurement. */
@NullMarked
package dev.skerry.agent.backend;

import org.jspecify.annotations.NullMarked;

/** The device's life with a model: from a newer release to one that proved itself, and back. */
@NullMarked
package dev.skerry.agent.update;

import org.jspecify.annotations.NullMarked;

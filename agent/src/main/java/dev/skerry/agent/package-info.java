/** The device: slots, updating, and serving of the models that run on it. */
@NullMarked
package dev.skerry.agent;

import org.jspecify.annotations.NullMarked;

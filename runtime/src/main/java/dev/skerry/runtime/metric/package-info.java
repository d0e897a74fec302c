/**
 * How good a model is on data, and how far a changed model differs from it.
 *
 * <p>Owns the meaning of accuracy, agreement and signal-to-noise. Laws: the reference runs once and
 * its answers are kept, decoded; a figure that cannot be had is said, never made up.
 */
@NullMarked
package dev.skerry.runtime.metric;

import org.jspecify.annotations.NullMarked;

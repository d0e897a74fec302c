/**
 * The search for the smallest networks within an accuracy budget: prunes, repairs, trains,
 * quantizes and squeezes, and spends its time where it moves the frontier.
 *
 * <p>{@link dev.skerry.optimize.compress.Compressor} is the way in; {@link
 * dev.skerry.optimize.compress.Plan} decides.
 */
@NullMarked
package dev.skerry.optimize.compress;

import org.jspecify.annotations.NullMarked;

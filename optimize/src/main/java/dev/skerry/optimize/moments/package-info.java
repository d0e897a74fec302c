/**
 * Second moments of values over samples, and what least squares needs to use them.
 *
 * <p>The graph itself gathers the sums, so that no activation leaves the engine.
 */
@NullMarked
package dev.skerry.optimize.moments;

import org.jspecify.annotations.NullMarked;

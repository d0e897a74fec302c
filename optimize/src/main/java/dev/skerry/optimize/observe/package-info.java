/**
 * What values really are while a model runs: ranges and distributions, streamed.
 *
 * <p>Nothing here keeps activations; memory grows with the number of tensors, never with the number
 * of samples.
 */
@NullMarked
package dev.skerry.optimize.observe;

import org.jspecify.annotations.NullMarked;

/**
 * Training of ONNX graphs on the stock runtime: forward pass, loss, backward pass and the update of
 * the parameters are one graph; parameters stay in native memory from step to step.
 *
 * <p>{@link dev.skerry.optimize.train.Trainer} is the way in. Everything random follows from one
 * seed and the position in the training, so that a run can be repeated and resumed bit for bit.
 */
@NullMarked
package dev.skerry.optimize.train;

import org.jspecify.annotations.NullMarked;

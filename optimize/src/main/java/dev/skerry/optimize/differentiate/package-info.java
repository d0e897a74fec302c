/**
 * Reverse-mode differentiation as a graph transformation: the backward pass is emitted as standard
 * ONNX operators, so that the stock runtime computes gradients.
 *
 * <p>{@link dev.skerry.optimize.differentiate.Differentiation} walks the flat graph backwards and
 * asks a table of rules ({@code GradientRules}), one per operator. Shapes are observed by running
 * the graph once; what is emitted holds for these shapes.
 */
@NullMarked
package dev.skerry.optimize.differentiate;

import org.jspecify.annotations.NullMarked;

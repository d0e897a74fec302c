/**
 * Float graphs to integer graphs: ranges, scales, weights, and where Q/DQ pairs go.
 *
 * <p>Laws: only groups that the engine turns into integer kernels are quantized; every value that
 * two operators share has one scale; a graph's inputs and outputs keep name, type and shape.
 */
@NullMarked
package dev.skerry.optimize.quantize;

import org.jspecify.annotations.NullMarked;

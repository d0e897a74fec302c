/**
 * What {@code model.toml} declares before and after a model, written into its graph with standard
 * ONNX operators: pictures of any size and sound as decoded go in, classes and boxes come out.
 *
 * <p>Laws: the graph computes what {@code runtime.media} computes, within the tolerance that its
 * tests state; the model's own nodes and outputs stay as they are.
 */
@NullMarked
package dev.skerry.optimize.pipeline;

import org.jspecify.annotations.NullMarked;

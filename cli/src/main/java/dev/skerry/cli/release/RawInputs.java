package dev.skerry.cli.release;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Model;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import java.util.List;

/** Golden samples for variants that prepare their input themselves. */
final class RawInputs {
  private RawInputs() {}

  /**
   * {@code source} as {@code variant} takes it. Pictures, which it takes in any size, all get a
   * quarter more pixels a side than the model in it has: golden samples are of one size, small, and
   * still have to be resized.
   */
  static SampleSource of(ModelDescription description, Model variant, SampleSource source) {
    return ModelDescription.compiledInputs(variant).isEmpty()
        ? source
        : source.as(description, sized(description, variant));
  }

  /** {@code variant} with fixed sizes of its pictures. */
  private static Model sized(ModelDescription description, Model variant) {
    List<ValueInfo> inputs =
        variant.graph().inputs().stream()
            .map(input ->
                description.inputs().get(input.name()) instanceof InputSpec.Image image
                    ? sized(input, image)
                    : input)
            .toList();
    return variant.withGraph(variant.graph().withInputs(inputs));
  }

  private static ValueInfo sized(ValueInfo input, InputSpec.Image image) {
    if (!(input.type() instanceof Type.Tensor type) || type.shape() == null) {
      return input;
    }
    return ValueInfo.of(
        input.name(),
        new Type.Tensor(
            type.element(),
            List.of(
                type.shape().getFirst(),
                new Dimension.Fixed(image.height() + (image.height() + 3) / 4),
                new Dimension.Fixed(image.width() + (image.width() + 3) / 4),
                type.shape().getLast())));
  }
}

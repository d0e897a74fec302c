package dev.skerry.agent.engine;

import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.describe.SpecJson;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What a release says of its inputs and outputs, as the parts that handle media read it. */
public final class MediaSpecs {
  private MediaSpecs() {}

  /**
   * How {@code release} takes a picture or a recording; empty when its inputs are not just one of
   * these.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION if the manifest says what this version
   *     does not know
   */
  public static Optional<MediaInput> input(Release release, MediaLimits limits) {
    return GraphInput.ofMedia(release.inputs().stream().map(MediaSpecs::input).toList())
        .map(input -> MediaInput.of(input, limits));
  }

  /** What the outputs of {@code release} mean, by name. */
  public static SequencedMap<String, OutputSpec> outputs(Release release) {
    SequencedMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    for (TensorSpec spec : release.outputs()) {
      outputs.put(spec.name(), SpecJson.output(spec.name(), spec.kind(), keys(spec)));
    }
    return outputs;
  }

  /**
   * An input as data has to meet it.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION if the manifest says what this version
   *     does not know
   */
  static GraphInput input(TensorSpec spec) {
    DataType type = Datatype.named(spec.datatype()).map(Datatype::element).orElse(DataType.FLOAT);
    return new GraphInput(
        spec.name(), type, shape(spec), SpecJson.input(spec.name(), spec.kind(), keys(spec)));
  }

  private static List<Dimension> shape(TensorSpec spec) {
    return spec.shape().stream()
        .<Dimension>map(size -> size < 0 ? new Dimension.Unknown() : new Dimension.Fixed(size))
        .toList();
  }

  private static String keys(TensorSpec spec) {
    return new String(JsonWriter.compact(spec.processing()), StandardCharsets.UTF_8);
  }
}

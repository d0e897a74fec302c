package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every published model gives the same bits after it was read and written, also in two files. */
@Tag("real-data")
class LosslessRunTest {
  /** Sizes of axes that silero-vad leaves open: one window of 512 samples. */
  private static final Map<String, long[]> OPEN_SHAPES =
      Map.of("input", new long[] {1, 512}, "state", new long[] {2, 1, 128});

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autoencoder-ad",
        "cnn-fsdd",
        "dscnn-kws",
        "mnist",
        "mobilenet-vww",
        "resnet-large-cifar10",
        "resnet8-cifar10",
        "silero-vad",
        "silero-vad-16k",
        "ultraface-rfb-320",
        "ultraface-rfb-640",
        "ultraface-slim-320",
        "vgg-cifar10"
      })
  void model_readAndWritten_givesIdenticalOutputs(String name) {
    Path original = RealModels.model(name);
    Path copy = folder.resolve("copy.onnx");
    Path split = folder.resolve("split.onnx");
    SequencedMap<String, Tensor> inputs;
    try (ModelFile file = ModelReader.read(original)) {
      ModelWriter.write(file.model(), copy);
      ModelWriter.writeExternal(file.model(), split, 1);
      inputs = inputs(file.model().graph().requiredInputs());
    }
    SequencedMap<String, Tensor> expected = run(original, inputs);
    for (Path written : List.of(copy, split)) {
      SequencedMap<String, Tensor> outputs = run(written, inputs);
      assertThat(outputs.keySet()).isEqualTo(expected.keySet());
      outputs.forEach(
          (output, value) -> assertThat(expected.get(output)).matches(value::contentEquals));
    }
  }

  private static SequencedMap<String, Tensor> run(Path file, SequencedMap<String, Tensor> inputs) {
    try (Session session = Session.open(file, SessionConfig.standard())) {
      return session.run(inputs);
    }
  }

  private static SequencedMap<String, Tensor> inputs(List<ValueInfo> declared) {
    SplittableRandom random = new SplittableRandom(1);
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : declared) {
      if (!(input.type() instanceof Type.Tensor type)) {
        throw new AssertionError(input);
      }
      long[] dims = type.fixedShape().orElseGet(() -> openShape(input.name(), type));
      inputs.put(
          input.name(),
          type.element() == DataType.INT64 ? Tensor.scalar(16000L) : noise(random, dims));
    }
    return inputs;
  }

  private static long[] openShape(String input, Type.Tensor type) {
    List<Dimension> axes = type.shape() == null ? List.of() : type.shape();
    long[] ones =
        axes.stream()
            .mapToLong(axis -> axis instanceof Dimension.Fixed(long size) ? size : 1)
            .toArray();
    return OPEN_SHAPES.getOrDefault(input, ones);
  }

  private static Tensor noise(SplittableRandom random, long... dims) {
    float[] data = new float[Math.toIntExact(Tensor.elementCount(dims))];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.ofFloats(dims, data);
  }
}

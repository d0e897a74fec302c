package dev.skerry.cli.release;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.SessionConfig.Optimization;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Records what a variant answers to the golden inputs, and measures how far a right answer may be
 * from it.
 *
 * <p>1. The engine runs a graph in two ways that round differently: as it is written, where
 * integers are emulated in float, and fused into kernels of its own.
 *
 * <p>2. Kernels for other instructions may round a quantized value to the step beside it. How much
 * of that arrives at the outputs is seen by moving every element of the inputs by up to half a
 * step.
 *
 * <p>The tolerance of an output is twice the largest difference that either made, plus a
 * hundred-thousandth of the range of its values (zero among them). Damage is larger.
 */
final class GoldenRecorder {
  private static final double DIFFERENCES = 2;
  private static final double SHARE_OF_RANGE = 1e-5;

  /** Steps between the least and the greatest value of a tensor on 8-bit integers. */
  private static final int STEPS = 255;

  private static final long SEED = 20_260_101;

  private final String label;
  private final BlobBag blobs;
  private final SequencedMap<String, Recording> outputs = new LinkedHashMap<>();
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);

  /** One output as it grows. */
  private static final class Recording {
    private final Tensor first;
    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    private double least;
    private double greatest;
    private double difference;
    private boolean varies;

    Recording(Tensor first) {
      this.first = first;
    }

    void keep(Tensor answer) {
      varies |= !Arrays.equals(answer.dims(), first.dims());
      values.writeBytes(answer.data().toArray(ValueLayout.JAVA_BYTE));
    }

    void compare(Tensor fused, Tensor plain) {
      if (!Arrays.equals(fused.dims(), plain.dims())) {
        varies = true;
        return;
      }
      for (long i = 0; i < fused.elementCount(); i++) {
        double a = fused.asDouble(i);
        double b = plain.asDouble(i);
        if (Double.isFinite(a) && Double.isFinite(b)) {
          difference = Math.max(difference, Math.abs(a - b));
          least = Math.min(least, a);
          greatest = Math.max(greatest, a);
        } else if (Double.compare(a, b) != 0) {
          difference = Double.POSITIVE_INFINITY;
        }
      }
    }

    double tolerance() {
      return DIFFERENCES * difference + SHARE_OF_RANGE * (greatest - least);
    }
  }

  private GoldenRecorder(String label, BlobBag blobs) {
    this.label = label;
    this.blobs = blobs;
  }

  /**
   * The answers of the model in {@code file}, with their tolerances.
   *
   * @param label how messages call the variant
   * @throws SkerryException BAD_MODEL if no output can be held against a recording
   */
  static List<GoldenOutput> record(String label, Path file, GoldenSet golden, BlobBag blobs) {
    GoldenRecorder recorder = new GoldenRecorder(label, blobs);
    SessionConfig usual = SessionConfig.standard();
    try (Session fused = Session.open(file, usual);
        Session plain = Session.open(file, usual.withOptimization(Optimization.NONE))) {
      boolean rounds = isQuantized(file);
      for (Map<String, Tensor> sample : golden.samples()) {
        SequencedMap<String, Tensor> answers = fused.run(sample);
        recorder.take(answers, plain.run(sample), true);
        if (rounds) {
          recorder.take(answers, fused.run(recorder.moved(sample)), false);
        }
      }
      golden.others().forEach(sample -> recorder.take(fused.run(sample), plain.run(sample), false));
    }
    return recorder.recorded();
  }

  private static boolean isQuantized(Path file) {
    try (ModelFile read = ModelReader.read(file)) {
      return read.model().graph().nodes().stream().anyMatch(node -> node.is("QuantizeLinear"));
    }
  }

  /** {@code sample} with each float moved by up to half a quantization step of its tensor. */
  private Map<String, Tensor> moved(Map<String, Tensor> sample) {
    Map<String, Tensor> moved = new LinkedHashMap<>();
    sample.forEach((name, tensor) ->
        moved.put(name, tensor.type() == DataType.FLOAT ? moved(tensor) : tensor));
    return moved;
  }

  private Tensor moved(Tensor tensor) {
    float[] values = tensor.toFloats();
    float least = 0;
    float greatest = 0;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    float step = (greatest - least) / STEPS;
    for (int i = 0; i < values.length; i++) {
      values[i] += step * (random.nextFloat() - 0.5f);
    }
    return Tensor.ofFloats(tensor.dims(), values);
  }

  /**
   * @param others what another way of rounding makes of the same sample
   */
  private void take(
      SequencedMap<String, Tensor> answers, SequencedMap<String, Tensor> others, boolean keep) {
    answers.forEach((name, answer) -> {
      if (!Datatype.of(answer.type()).map(GoldenRecorder::isNumber).orElse(false)) {
        return;
      }
      Recording recording = outputs.computeIfAbsent(name, _ -> new Recording(answer));
      if (keep) {
        recording.keep(answer);
      }
      Tensor other = others.get(name);
      if (other != null) {
        recording.compare(answer, other);
      }
    });
  }

  private static boolean isNumber(Datatype type) {
    return type != Datatype.BYTES;
  }

  private List<GoldenOutput> recorded() {
    List<GoldenOutput> found = new ArrayList<>();
    outputs.forEach((name, output) -> {
      if (!output.varies) {
        requireFinite(name, output);
        byte[] values = output.values.toByteArray();
        found.add(
            new GoldenOutput(
                block(name, output.first, blobs.add(values), values.length), output.tolerance()));
      }
    });
    if (found.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "no output of %s has numbers of one shape for all samples, so its answers cannot be held"
                  .formatted(label)
              + " against a recording");
    }
    return found;
  }

  private void requireFinite(String name, Recording output) {
    if (Double.isInfinite(output.difference)) {
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "output '%s' of %s is a number in one way of running it and none in another; 'skerry"
                  .formatted(name, label)
              + " doctor' may say why");
    }
  }

  /** The values of one input or output for all samples. */
  static GoldenInputs.Block block(String name, Tensor sample, Digest blob, long bytes) {
    List<Long> shape = Arrays.stream(sample.dims()).boxed().toList();
    String datatype = Datatype.of(sample.type()).orElseThrow().name();
    return new GoldenInputs.Block(name, datatype, shape, blob, bytes);
  }
}

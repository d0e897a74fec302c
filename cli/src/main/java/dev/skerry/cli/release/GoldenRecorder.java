package dev.skerry.cli.release;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.graph.ErrorCode;
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
import java.util.Set;

/**
 * Records what a variant answers to the golden inputs, and measures how far a right answer may be
 * from it.
 *
 * <p>The engine runs a graph in two ways that round differently: as it is written, where integers
 * are emulated in float, and fused into kernels of its own. The tolerance of an output is twice the
 * largest difference between the two, plus a hundred-thousandth of the range of its values (zero
 * among them). Devices with other instructions round as differently as that; damage is larger.
 */
final class GoldenRecorder {
  private static final double DIFFERENCES = 2;
  private static final double SHARE_OF_RANGE = 1e-5;

  private final String label;
  private final BlobBag blobs;
  private final Set<String> omitted;
  private final SequencedMap<String, Recording> outputs = new LinkedHashMap<>();

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

  private GoldenRecorder(String label, BlobBag blobs, Set<String> omitted) {
    this.label = label;
    this.blobs = blobs;
    this.omitted = Set.copyOf(omitted);
  }

  /**
   * The answers of the model in {@code file}, with their tolerances.
   *
   * @param label how messages call the variant
   * @param omitted outputs that are not recorded
   * @throws SkerryException BAD_MODEL if no output can be held against a recording
   */
  static List<GoldenOutput> record(
      String label, Path file, GoldenSet golden, BlobBag blobs, Set<String> omitted) {
    GoldenRecorder recorder = new GoldenRecorder(label, blobs, omitted);
    SessionConfig usual = SessionConfig.standard();
    try (Session fused = Session.open(file, usual);
        Session plain = Session.open(file, usual.withOptimization(Optimization.NONE))) {
      golden.samples().forEach(sample -> recorder.run(fused, plain, sample, true));
      golden.others().forEach(sample -> recorder.run(fused, plain, sample, false));
    }
    return recorder.recorded();
  }

  private void compare(String name, Tensor answer, Map<String, Tensor> others) {
    Recording recording = outputs.get(name);
    Tensor other = others.get(name);
    if (recording != null && other != null) {
      recording.compare(answer, other);
    }
  }

  private void run(Session fused, Session plain, Map<String, Tensor> sample, boolean keep) {
    SequencedMap<String, Tensor> answers = fused.run(sample);
    SequencedMap<String, Tensor> others = plain.run(sample);
    answers.forEach((name, answer) -> {
      if (omitted.contains(name)
          || !Datatype.of(answer.type()).map(GoldenRecorder::isNumber).orElse(false)) {
        return;
      }
      Recording recording = outputs.computeIfAbsent(name, _ -> new Recording(answer));
      if (keep) {
        recording.keep(answer);
      }
      compare(name, answer, others);
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

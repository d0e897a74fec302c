package dev.skerry.cli.report;

import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Compression;
import dev.skerry.optimize.OptimizationReport.DataFacts;
import dev.skerry.optimize.OptimizationReport.Decision;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Form;
import dev.skerry.optimize.OptimizationReport.Goal;
import dev.skerry.optimize.OptimizationReport.Latency;
import dev.skerry.optimize.OptimizationReport.Machine;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.ModelFacts;
import dev.skerry.optimize.OptimizationReport.NodeTime;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.optimize.OptimizationReport.Point;
import dev.skerry.optimize.OptimizationReport.RuleFacts;
import dev.skerry.optimize.OptimizationReport.SearchStep;
import dev.skerry.optimize.OptimizationReport.Severity;
import dev.skerry.optimize.OptimizationReport.Step;
import dev.skerry.optimize.OptimizationReport.TensorError;
import dev.skerry.optimize.OptimizationReport.Trial;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A report with every fact filled in, of a network with generated names and figures. */
final class ReportExample {
  private final RandomGenerator random = new SplittableRandom(11);
  private final String prefix;

  private ReportExample(String prefix) {
    this.prefix = prefix;
  }

  static OptimizationReport filled() {
    return new ReportExample("").report();
  }

  /** The same with {@code prefix} before every text that a model's author chooses. */
  static OptimizationReport named(String prefix) {
    return new ReportExample(prefix).report();
  }

  private OptimizationReport report() {
    return new OptimizationReport(
        Instant.parse("2026-01-02T03:04:05Z"),
        new ModelFacts(
            prefix + "vgg-cifar10",
            "1.0.0",
            prefix + "models/vgg-cifar10/model.onnx",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            17,
            41,
            3_383_114),
        new Machine(
            "AMD EPYC 9B14",
            2,
            List.of("avx2", "avx512f", "avx512_vnni"),
            "Linux 6.12",
            "25.0.1",
            "ONNX Runtime 1.29.0",
            "0.1.0",
            1),
        new DataFacts(prefix + "cifar10/train.zip", 512, prefix + "cifar10/test.zip", 5_000, true),
        new Goal("top1", true, true, 0.5),
        new Measured(13_541_682, 0.8748, latency(1_837), 31_400_000L),
        new Measured(13_520_118, 0.8748, latency(1_652), 30_100_000L),
        List.of(
            new RuleFacts("fold batch normalization into convolutions", 11, 4.2, 41, 30),
            new RuleFacts("remove identities and dropout", 2, 0.3, 30, 28),
            new RuleFacts("fuse MatMul and Add into Gemm", 1, 0.2, 28, 27)),
        List.of(written(), elsewhere(), refused()),
        new Pipeline(96, 1_837, 4.5),
        nodes(Form.FLOAT, 1_837),
        List.of(
            new Finding(
                Severity.PROBLEM,
                "Weights are stored in double precision",
                prefix + "/classifier/fc2",
                "half of the file",
                "Export the model in single precision."),
            new Finding(
                Severity.WARNING,
                "11 batch normalizations are not folded into their convolutions",
                "",
                "about 10 % of the time",
                "Nothing to do: simplification folds them."),
            new Finding(
                Severity.ADVICE,
                "This machine has AVX-512 VNNI: int8 convolutions run at full rate",
                "",
                "",
                "Choose the target x86-64-vnni for machines like it.")),
        compression(),
        List.of(
            "Latencies vary by 7 % between runs on this machine: another process is busy.",
            "Target arm64-dot was not measured: this machine is of another class."));
  }

  private Compression compression() {
    return new Compression(
        3_541.5,
        3_000,
        0.8748,
        13_541_682,
        List.of(
            new Trial("original", null, 1, 1, List.of(), -9.1, 0, 0),
            new Trial(
                "trial-01",
                "original",
                0.218,
                0.31,
                List.of(
                    new Step("pruned", 71.4, 0, 0),
                    new Step("repaired", 12.5, 0, 6.1),
                    new Step("trained", 0.31, 12, 640)),
                0.31,
                12,
                646.1),
            new Trial(
                "trial-02",
                "trial-01",
                0.087,
                0.16,
                List.of(
                    new Step("pruned", 60.2, 0, 0),
                    new Step("repaired", 8.1, 0, 3.3),
                    new Step("trained", 1.9, 12, 410)),
                1.9,
                12,
                413.3)),
        List.of(
            new Point(
                prefix + "x86-64-vnni",
                "trial-02",
                0.02,
                4.1,
                301_221,
                151_302,
                89.5,
                2.1,
                2.24,
                null,
                null),
            new Point(
                prefix + "x86-64-vnni",
                "trial-01",
                0.01,
                4.9,
                741_002,
                451_220,
                30,
                0.38,
                0.41,
                0.11,
                prefix + "vgg-cifar10.x86-64-vnni.onnx")),
        List.of("training of trial-03: the loss became NaN"));
  }

  private Variant written() {
    return variant(
        "x86-64-vnni",
        true,
        Outcome.WRITTEN,
        "",
        new Measured(3_429_177, 0.8741, latency(412), 12_900_000L),
        0.07,
        null,
        412 / 1_837.0);
  }

  private Variant elsewhere() {
    return variant(
        "arm64-dot",
        false,
        Outcome.WRITTEN,
        "",
        new Measured(3_428_004, 0.8744, null, null),
        0.04,
        null,
        null);
  }

  private Variant refused() {
    return variant(
        "x86-64-v3",
        true,
        Outcome.REFUSED,
        "No assignment tried within 60 s kept the loss within 0.50 pp; the closest lost 0.71 pp.",
        new Measured(4_102_339, 0.8677, latency(871), 14_200_000L),
        0.71,
        0.21,
        871 / 1_837.0);
  }

  private Variant variant(
      String target,
      boolean measuredHere,
      Outcome outcome,
      String reason,
      Measured measured,
      double dropPp,
      @Nullable Double missedByPp,
      @Nullable Double ratio) {
    boolean written = outcome == Outcome.WRITTEN;
    return new Variant(
        target,
        measuredHere,
        "static int8, weights per channel",
        outcome,
        reason,
        written ? prefix + "vgg-cifar10." + target + ".onnx" : null,
        written ? "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752" : null,
        measured,
        dropPp,
        missedByPp,
        0.9912,
        ratio,
        ratio == null ? null : (Double) (ratio * 1_837 / 1_652),
        decisions(),
        errors(),
        List.of(new TensorError(prefix + "logits", Form.INT8, 31.4)),
        measuredHere ? nodes(Form.INT8, 412) : List.of(),
        search(),
        measuredHere ? new Pipeline(310, 412, 6) : null);
  }

  private static Latency latency(double p50) {
    return new Latency(p50, p50 * 1.04, p50 * 1.22, 2_000);
  }

  private List<String> layers() {
    List<String> names = new ArrayList<>();
    for (int stage = 1; stage <= 5; stage++) {
      for (int layer = 1; layer <= (stage < 3 ? 2 : 3); layer++) {
        names.add(prefix + "/features/stage" + stage + "/conv" + layer);
      }
    }
    names.add(prefix + "/classifier/fc1");
    names.add(prefix + "/classifier/fc2");
    return names;
  }

  private List<Decision> decisions() {
    List<Decision> decisions = new ArrayList<>();
    for (String layer : layers()) {
      boolean dense = layer.contains("fc");
      boolean first = decisions.isEmpty();
      double micros = random.nextDouble(40, 190);
      decisions.add(
          new Decision(
              layer,
              dense ? "Gemm" : "Conv",
              first || layer.endsWith("fc2") ? Form.FLOAT : Form.INT8,
              first
                  ? "int8 is not faster: 3 input channels"
                  : dense ? "put back: buys 0.31 pp for 6 µs" : "int8 is 4.3× faster",
              micros,
              first ? micros : micros / 4.3));
      if (!dense) {
        decisions.add(
            new Decision(layer + "/bn", "BatchNormalization", Form.REMOVED, "folded", 9.5, null));
        decisions.add(
            new Decision(
                layer + "/relu", "Relu", Form.REMOVED, "part of the convolution", 4.2, null));
      }
    }
    decisions.add(
        new Decision(
            prefix + "/embedding", "Gather", Form.INT8_WEIGHTS, "weights are large", 3.1, 3.0));
    return decisions;
  }

  private List<TensorError> errors() {
    List<TensorError> errors = new ArrayList<>();
    for (Decision decision : decisions()) {
      if (decision.form() == Form.REMOVED) {
        continue;
      }
      double db = decision.form() == Form.FLOAT ? 44 : 34;
      errors.add(
          new TensorError(
              decision.node() + "_output_0",
              decision.form(),
              Math.max(6, db - errors.size() * 0.4 + 4 * random.nextGaussian())));
    }
    errors.add(new TensorError(prefix + "input", Form.FLOAT, Double.POSITIVE_INFINITY));
    return errors;
  }

  private List<NodeTime> nodes(Form form, double total) {
    List<NodeTime> nodes = new ArrayList<>();
    List<String> layers = layers();
    double sum = layers.size() * (layers.size() + 1) / 2.0;
    for (int i = 0; i < layers.size(); i++) {
      double share = (i + 1) / sum;
      String op = form == Form.INT8 ? "QLinearConv" : "Conv";
      nodes.add(new NodeTime(layers.get(i), op, share * total, share));
    }
    return nodes.stream().sorted(Comparator.comparing(NodeTime::micros).reversed()).toList();
  }

  private List<SearchStep> search() {
    List<String> layers = layers();
    List<SearchStep> steps = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      steps.add(
          new SearchStep(
              i + 1,
              i == 0 ? "everything that can be int8" : "back to float: " + layers.get(i * 2 - 1),
              layers.subList(0, i),
              0.8688 + i * 0.0009,
              385.0 + i * 4.5,
              i == 6,
              3.1 + i * 2.4));
    }
    return steps;
  }
}

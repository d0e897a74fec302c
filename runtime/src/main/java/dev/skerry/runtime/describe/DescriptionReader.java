package dev.skerry.runtime.describe;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Reads {@code model.toml}, all its problems at once. */
final class DescriptionReader {
  /** Pixels along one side of an input. */
  private static final int MAX_SIDE = 16_384;

  /** Samples per second. */
  private static final int MAX_RATE = 768_000;

  /** Samples of one recording: 35 minutes at 48 kHz. */
  private static final int MAX_SAMPLES = 100_000_000;

  private static final int MAX_FILTERS = 4096;

  /** Whole numbers up to here are exact as double. */
  private static final double MAX_CONSTANT = 1L << 53;

  /** Bytes of a description; more is not a description. */
  private static final long MAX_FILE_BYTES = 4L << 20;

  private final Path file;
  private final List<String> problems = new ArrayList<>();

  private DescriptionReader(Path file) {
    this.file = file;
  }

  static ModelDescription read(Path file) {
    return read(file, parse(file));
  }

  /** The description that {@code root} holds, as if it stood in {@code file}. */
  static ModelDescription read(Path file, ObjectNode root) {
    DescriptionReader reader = new DescriptionReader(file);
    ModelDescription description = reader.description(root);
    DescriptionTable.fail(file.toString(), reader.problems);
    return description;
  }

  private static ObjectNode parse(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new SkerryException(
            ErrorCode.BAD_DESCRIPTION,
            "%s is no description: %d bytes, the limit is %d"
                .formatted(file, Files.size(file), MAX_FILE_BYTES));
      }
      return DescriptionTable.parse(file.toString(), Files.readString(file));
    } catch (IOException unreadable) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "cannot read the description " + file + ": " + unreadable + "; check the path",
          unreadable);
    }
  }

  private ModelDescription description(ObjectNode root) {
    DescriptionTable table = new DescriptionTable("", root, problems);
    ModelDescription description =
        new ModelDescription(
            file,
            table.requiredText("name", "my-model"),
            table.text("version", ModelDescription.NO_VERSION),
            resolve(table.requiredText("model", "model.onnx")),
            inputs(table.table("input")),
            outputs(table.table("output")),
            data(table.table("data")),
            goal(table.table("goal")));
    table.finish();
    return description;
  }

  private Path resolve(String text) {
    return file.toAbsolutePath().resolveSibling(text).normalize();
  }

  private @Nullable Path path(DescriptionTable table, String key) {
    String text = table.optionalText(key);
    return text == null ? null : resolve(text);
  }

  private DataSpec data(DescriptionTable table) {
    DataSpec data =
        new DataSpec(path(table, "calibration"), path(table, "validation"), path(table, "labels"));
    table.finish();
    return data;
  }

  private static Goal goal(DescriptionTable table) {
    Metric metric = Goal.STANDARD.metric();
    String text = table.optionalText("metric");
    if (text != null) {
      metric = Metric.parse(text).orElse(metric);
      if (Metric.parse(text).isEmpty()) {
        table.problem("metric", "unknown metric \"" + text + "\", expected one of " + Metric.FORMS);
      }
    }
    double drop = table.number("max-drop-pp", Goal.STANDARD.maxDropPp(), 0, 100);
    List<String> targets = table.texts("targets");
    table.finish();
    return new Goal(metric, drop, targets);
  }

  private static SequencedMap<String, InputSpec> inputs(DescriptionTable tables) {
    SequencedMap<String, InputSpec> inputs = new LinkedHashMap<>();
    for (String name : tables.names()) {
      inputs.put(name, input(tables.table(name)));
    }
    return inputs;
  }

  private enum InputKind {
    IMAGE,
    AUDIO,
    TENSOR,
    STATE,
    CONSTANT
  }

  static InputSpec input(DescriptionTable table) {
    if (!table.has("kind")) {
      table.problem("kind", "is missing, expected one of image, audio, tensor, state, constant");
    }
    InputSpec input =
        switch (table.choice("kind", InputKind.values(), InputKind.TENSOR)) {
          case IMAGE -> image(table);
          case AUDIO -> audio(table);
          case TENSOR -> new InputSpec.Array(normalization(table));
          case STATE -> new InputSpec.State(table.requiredText("next", "stateN"));
          case CONSTANT -> constant(table);
        };
    if (table.has("kind")) {
      table.finish();
    }
    return input;
  }

  private static InputSpec image(DescriptionTable table) {
    int[] size = table.size("size", MAX_SIDE);
    InputSpec.Channels channels =
        table.choice("channels", InputSpec.Channels.values(), InputSpec.Channels.RGB);
    InputSpec.Layout layout =
        table.choice("layout", InputSpec.Layout.values(), InputSpec.Layout.NCHW);
    Normalization normalization = normalization(table);
    requireLists(table, normalization, channels.count(), "channels = \"" + kebab(channels) + "\"");
    return new InputSpec.Image(
        size[0],
        size[1],
        channels,
        layout,
        table.choice("fit", InputSpec.Fit.values(), InputSpec.Fit.STRETCH),
        normalization,
        table.flag("compiled"));
  }

  private static String kebab(Enum<?> value) {
    return DescriptionTable.kebab(value);
  }

  private static InputSpec constant(DescriptionTable table) {
    if (!table.has("value")) {
      table.problem("value", "is missing; add value = 16000 or what the input is to be");
    }
    return new InputSpec.Constant(table.number("value", 0, -MAX_CONSTANT, MAX_CONSTANT));
  }

  private static InputSpec audio(DescriptionTable table) {
    int rate = table.requiredCount("sample-rate", 16_000, MAX_RATE);
    int length = table.requiredCount("length", 16_000, MAX_SAMPLES);
    int hop = table.count("hop", length, length);
    Normalization normalization = normalization(table);
    AudioFeatures features =
        table.has("features") ? features(table.table("features"), rate, length) : null;
    requireLists(table, normalization, features == null ? 1 : features.coefficients(), "the input");
    return new InputSpec.Audio(rate, length, hop, normalization, features, table.flag("compiled"));
  }

  private static AudioFeatures features(DescriptionTable table, int rate, int length) {
    AudioFeatures.Kind kind =
        table.choice("kind", AudioFeatures.Kind.values(), AudioFeatures.Kind.LOG_MEL);
    int window = table.count("window", Math.max(1, rate / 40), MAX_SAMPLES);
    int hop = table.count("hop", Math.max(1, rate / 100), MAX_SAMPLES);
    int fft = table.count("fft", powerOfTwo(window), 1 << 20);
    int mels = table.count("mels", 40, MAX_FILTERS);
    int kept = table.count("coefficients", kind == AudioFeatures.Kind.MFCC ? 13 : mels, mels);
    if (kind == AudioFeatures.Kind.LOG_MEL && kept != mels) {
      table.problem("coefficients", "log-mel keeps all mels = " + mels + ", got " + kept);
    }
    double low = table.number("low-hz", 20, 0, rate / 2.0);
    double high = table.number("high-hz", rate / 2.0, 0, rate / 2.0);
    double offset = table.number("log-offset", 1e-6, 1e-30, 1e9);
    if (window > length) {
      table.problem("window", window + " samples do not fit into length = " + length);
    }
    if (fft < window || Integer.bitCount(fft) != 1) {
      table.problem("fft", "expected a power of two, at least window = " + window + ", got " + fft);
    }
    if (low >= high) {
      table.problem("low-hz", "must lie below high-hz = " + high + ", got " + low);
    }
    table.finish();
    return new AudioFeatures(kind, window, hop, fft, mels, kept, low, high, offset);
  }

  private static int powerOfTwo(int atLeast) {
    return atLeast <= 1 ? 1 : Integer.highestOneBit(Math.min(atLeast, 1 << 20) - 1) << 1;
  }

  private static Normalization normalization(DescriptionTable table) {
    Normalization read =
        new Normalization(
            table.numbers("scale", 1), table.numbers("mean", 0), table.numbers("std", 1));
    if (read.std().contains(0.0)) {
      table.problem("std", "must not be 0, values are divided by it");
    }
    return read;
  }

  private static void requireLists(
      DescriptionTable table, Normalization normalization, int channels, String why) {
    requireList(table, "scale", normalization.scale(), channels, why);
    requireList(table, "mean", normalization.mean(), channels, why);
    requireList(table, "std", normalization.std(), channels, why);
  }

  private static void requireList(
      DescriptionTable table, String key, List<Double> values, int channels, String why) {
    if (values.size() != 1 && values.size() != channels) {
      table.problem(
          key,
          "has %d numbers, but %s takes %s"
              .formatted(values.size(), why, channels == 1 ? "1" : "1 or " + channels));
    }
  }

  private static SequencedMap<String, OutputSpec> outputs(DescriptionTable tables) {
    SequencedMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    for (String name : tables.names()) {
      outputs.put(name, output(tables.table(name)));
    }
    return outputs;
  }

  static OutputSpec output(DescriptionTable table) {
    if (!table.has("kind")) {
      table.problem("kind", "is missing, expected one of " + String.join(", ", kinds()));
    }
    OutputSpec.Kind kind = table.choice("kind", OutputSpec.Kind.values(), OutputSpec.Kind.TENSOR);
    List<String> labels = table.texts("labels");
    if (kind != OutputSpec.Kind.DETECTION) {
      if (table.has("kind")) {
        table.finish();
      }
      return OutputSpec.of(kind, labels);
    }
    OutputSpec detection =
        new OutputSpec(
            kind,
            labels,
            table.requiredText("boxes", "boxes"),
            table.number("score-threshold", OutputSpec.SCORE_THRESHOLD, 0, 1),
            table.number("iou-threshold", OutputSpec.IOU_THRESHOLD, 0, 1));
    table.finish();
    return detection;
  }

  private static List<String> kinds() {
    List<String> names = new ArrayList<>();
    for (OutputSpec.Kind kind : OutputSpec.Kind.values()) {
      names.add(kebab(kind));
    }
    return names;
  }
}

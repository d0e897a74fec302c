package dev.skerry.runtime.describe;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes a description as a {@code model.toml} that reads back equal. */
final class DescriptionWriter {
  private final StringBuilder text = new StringBuilder();
  private final Path folder;

  private DescriptionWriter(Path folder) {
    this.folder = folder;
  }

  static String write(ModelDescription description) {
    Path folder = description.file().toAbsolutePath().normalize().getParent();
    DescriptionWriter writer = new DescriptionWriter(folder == null ? Path.of("/") : folder);
    writer.entry("name", string(description.name()));
    writer.entry("version", string(description.version()));
    writer.path("model", description.model());
    description.inputs().forEach(writer::input);
    description.outputs().forEach(writer::output);
    writer.data(description.data());
    writer.goal(description.goal());
    return writer.text.toString();
  }

  private void entry(String key, String value) {
    text.append(key).append(" = ").append(value).append('\n');
  }

  private void header(String... names) {
    text.append('\n').append('[').append(String.join(".", names)).append("]\n");
  }

  private void path(String key, @Nullable Path path) {
    if (path != null) {
      Path absolute = path.toAbsolutePath().normalize();
      boolean sameRoot = Objects.equals(absolute.getRoot(), folder.getRoot());
      Path shown = sameRoot ? folder.relativize(absolute) : absolute;
      entry(key, string(shown.toString().replace('\\', '/')));
    }
  }

  private void input(String name, InputSpec spec) {
    header("input", key(name));
    switch (spec) {
      case InputSpec.Image image -> {
        entry("kind", "\"image\"");
        entry("size", "[" + image.height() + ", " + image.width() + "]");
        entry("channels", string(DescriptionTable.kebab(image.channels())));
        entry("layout", string(DescriptionTable.kebab(image.layout())));
        if (image.fit() != InputSpec.Fit.STRETCH) {
          entry("fit", string(DescriptionTable.kebab(image.fit())));
        }
      }
      case InputSpec.Audio audio -> {
        entry("kind", "\"audio\"");
        entry("sample-rate", Integer.toString(audio.sampleRate()));
        entry("length", Integer.toString(audio.length()));
        if (audio.hop() != audio.length()) {
          entry("hop", Integer.toString(audio.hop()));
        }
      }
      case InputSpec.Array _ -> entry("kind", "\"tensor\"");
      case InputSpec.State(String next) -> {
        entry("kind", "\"state\"");
        entry("next", string(next));
      }
      case InputSpec.Constant(double value) -> {
        entry("kind", "\"constant\"");
        entry("value", number(value));
      }
    }
    if (spec.compiled()) {
      entry("compiled", "true");
    }
    normalization(spec.normalization());
    if (spec instanceof InputSpec.Audio audio && audio.features() != null) {
      features(name, audio.features());
    }
  }

  private void normalization(Normalization normalization) {
    if (!normalization.isIdentity()) {
      entry("scale", numbers(normalization.scale()));
      entry("mean", numbers(normalization.mean()));
      entry("std", numbers(normalization.std()));
    }
  }

  private void features(String input, AudioFeatures features) {
    header("input", key(input), "features");
    entry("kind", string(DescriptionTable.kebab(features.kind())));
    entry("window", Integer.toString(features.window()));
    entry("hop", Integer.toString(features.hop()));
    entry("fft", Integer.toString(features.fft()));
    entry("mels", Integer.toString(features.mels()));
    if (features.kind() == AudioFeatures.Kind.MFCC) {
      entry("coefficients", Integer.toString(features.coefficients()));
    }
    entry("low-hz", number(features.lowHz()));
    entry("high-hz", number(features.highHz()));
    entry("log-offset", number(features.logOffset()));
  }

  private void output(String name, OutputSpec spec) {
    header("output", key(name));
    entry("kind", string(DescriptionTable.kebab(spec.kind())));
    if (!spec.labels().isEmpty()) {
      entry("labels", strings(spec.labels()));
    }
    String boxes = spec.boxes();
    if (boxes != null) {
      entry("boxes", string(boxes));
      entry("score-threshold", number(spec.scoreThreshold()));
      entry("iou-threshold", number(spec.iouThreshold()));
    }
  }

  private void data(DataSpec data) {
    if (!data.equals(DataSpec.NONE)) {
      header("data");
      path("calibration", data.calibration());
      path("validation", data.validation());
      path("labels", data.labels());
    }
  }

  private void goal(Goal goal) {
    header("goal");
    entry("metric", string(goal.metric().text()));
    entry("max-drop-pp", number(goal.maxDropPp()));
    if (!goal.targets().isEmpty()) {
      entry("targets", strings(goal.targets()));
    }
  }

  private static String strings(List<String> values) {
    return values.stream()
        .map(DescriptionWriter::string)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String numbers(List<Double> values) {
    return values.size() == 1
        ? number(values.getFirst())
        : values.stream()
            .map(DescriptionWriter::number)
            .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String number(double value) {
    return Double.toString(value).replace("E", "e");
  }

  /** A key as TOML writes it: bare when it can be, in quotes otherwise. */
  static String key(String name) {
    return name.matches("[A-Za-z0-9_-]+") ? name : string(name);
  }

  private static String string(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : value.toCharArray()) {
      quoted.append(escaped(c));
    }
    return quoted.append('"').toString();
  }

  private static String escaped(char c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      default -> c < 0x20 || c == 0x7F ? "\\u%04X".formatted((int) c) : String.valueOf(c);
    };
  }
}

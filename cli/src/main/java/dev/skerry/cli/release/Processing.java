package dev.skerry.cli.release;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.Json.ObjectBuilder;
import dev.skerry.runtime.describe.AudioFeatures;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import java.util.List;
import java.util.Locale;

/** What {@code model.toml} says of an input or output, under the same keys, as JSON. */
final class Processing {
  private Processing() {}

  static String kind(InputSpec input) {
    return switch (input) {
      case InputSpec.Image _ -> "image";
      case InputSpec.Audio _ -> "audio";
      case InputSpec.Array _ -> "tensor";
      case InputSpec.State _ -> "state";
      case InputSpec.Constant _ -> "constant";
    };
  }

  static String kind(OutputSpec output) {
    return kebab(output.kind());
  }

  static Json.Obj of(InputSpec input) {
    ObjectBuilder keys = Json.object();
    switch (input) {
      case InputSpec.Image image ->
          keys.put("size", Json.array(List.of(Json.of(image.height()), Json.of(image.width()))))
              .put("channels", kebab(image.channels()))
              .put("layout", kebab(image.layout()))
              .put("fit", kebab(image.fit()));
      case InputSpec.Audio audio -> {
        keys.put("sample-rate", audio.sampleRate()).put("length", audio.length());
        if (audio.hop() != audio.length()) {
          keys.put("hop", audio.hop());
        }
      }
      case InputSpec.Array _ -> {}
      case InputSpec.State(String next) -> keys.put("next", next);
      case InputSpec.Constant(double value) -> keys.put("value", value);
    }
    if (input.compiled()) {
      keys.put("compiled", true);
    }
    Normalization line = input.normalization();
    if (!line.isIdentity()) {
      keys.put("scale", numbers(line.scale()))
          .put("mean", numbers(line.mean()))
          .put("std", numbers(line.std()));
    }
    if (input instanceof InputSpec.Audio audio && audio.features() != null) {
      keys.put("features", features(audio.features()));
    }
    return keys.build();
  }

  private static Json features(AudioFeatures features) {
    return Json.object()
        .put("kind", kebab(features.kind()))
        .put("window", features.window())
        .put("hop", features.hop())
        .put("fft", features.fft())
        .put("mels", features.mels())
        .put("coefficients", features.coefficients())
        .put("low-hz", features.lowHz())
        .put("high-hz", features.highHz())
        .put("log-offset", features.logOffset())
        .build();
  }

  static Json.Obj of(OutputSpec output) {
    ObjectBuilder keys = Json.object();
    if (!output.labels().isEmpty()) {
      keys.put("labels", Json.texts(output.labels()));
    }
    String boxes = output.boxes();
    if (boxes != null) {
      keys.put("boxes", boxes)
          .put("score-threshold", output.scoreThreshold())
          .put("iou-threshold", output.iouThreshold());
    }
    return keys.build();
  }

  private static Json numbers(List<Double> values) {
    return Json.array(values.stream().map(value -> Json.of((double) value)).toList());
  }

  private static String kebab(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

package dev.skerry.cli;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.serve.WarmUp;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.runtime.Ticker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Serves a tiny model to itself once, so that the launcher keeps the classes of an agent, too. */
final class ServingWarmUp {
  private static final String NAME = "tiny";
  private static final List<Long> IMAGE = List.of(1L, 3L, 8L, 8L);
  private static final List<Long> SCORES = List.of(1L, 2L);

  private ServingWarmUp() {}

  /** Serves {@code file}, which takes {@code image} and gives {@code scores}. */
  static void run(Path file) {
    try (LoadedModel model = OrtEngine.standard().load(file)) {
      WarmUp.of(List.of(running(model)), ServeLimits.standard(), Ticker.system());
    }
  }

  private static Running running(LoadedModel model) {
    Digest none = Digest.of(new byte[0]);
    Release release =
        new Release(
            NAME,
            "0",
            List.of(new TensorSpec("image", "FP32", IMAGE, "tensor", Json.object().build())),
            List.of(new TensorSpec("scores", "FP32", SCORES, "tensor", Json.object().build())),
            List.of(),
            new GoldenInputs(0, List.of()),
            new Provenance(none, Optional.empty(), Optional.empty(), "", "", List.of()));
    Variant variant =
        new Variant(
            NAME,
            "",
            new Recipe(none, 0, List.of()),
            new LinkedHashMap<>(),
            new Variant.Quality("", Optional.empty(), Optional.empty()),
            new Variant.Measured(Optional.empty(), Optional.empty(), Optional.empty(), ""),
            new Variant.Budget(Optional.empty(), Optional.empty()),
            List.of());
    return new Running(new Receipt(NAME, 1, 0, none), release, variant, model);
  }
}

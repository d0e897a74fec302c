package dev.skerry.fleet.release;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;

/**
 * A release that the repository's signed metadata lists, with its verified manifest.
 *
 * @param receipt model, counter, security floor, digest of the manifest
 */
public record CataloguedRelease(Receipt receipt, Release release) {
  public String model() {
    return receipt.model();
  }

  public long counter() {
    return receipt.counter();
  }

  /**
   * Whether both are of the same bytes, so that a device that has one need not download the other.
   */
  public boolean isSameAs(CataloguedRelease other) {
    return receipt.manifest().equals(other.receipt.manifest());
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("model", model())
        .put("counter", counter())
        .put("floor", receipt.floor())
        .put("version", release.version())
        .put("manifest", receipt.manifest().hex())
        .put("ladders", release.ladders().stream().map(CataloguedRelease::ladder).toList())
        .build();
  }

  private static Json.Obj ladder(Ladder ladder) {
    return Json.object()
        .put("target", ladder.target())
        .put("variants", ladder.variants().stream().map(CataloguedRelease::variant).toList())
        .build();
  }

  private static Json.Obj variant(Variant variant) {
    Json.ObjectBuilder json =
        Json.object()
            .put("name", variant.name())
            .put("technique", variant.technique())
            .put("bytes", variant.file().bytes())
            .put("metric", variant.quality().metric());
    variant.quality().value().ifPresent(value -> json.put("quality", value));
    variant.measured().p50Micros().ifPresent(value -> json.put("p50-micros", value));
    variant.measured().p99Micros().ifPresent(value -> json.put("p99-micros", value));
    return json.build();
  }
}

package dev.skerry.fleet;

import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.release.CataloguedRelease;
import dev.skerry.fleet.rollout.Releases;
import java.util.OptionalLong;

/** The catalogue as rollouts ask it. */
record CatalogueReleases(Catalogue catalogue) implements Releases {
  @Override
  public boolean has(String model, long counter) {
    return catalogue.find(model, counter).isPresent();
  }

  @Override
  public String version(String model, long counter) {
    return catalogue.find(model, counter).map(found -> found.release().version()).orElse("");
  }

  @Override
  public OptionalLong newestLike(String model, long counter) {
    return catalogue.find(model, counter).stream()
        .flatMap(like -> catalogue.releases().stream().filter(like::isSameAs))
        .mapToLong(CataloguedRelease::counter)
        .max();
  }
}

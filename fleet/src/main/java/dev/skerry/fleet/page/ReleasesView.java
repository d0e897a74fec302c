package dev.skerry.fleet.page;

import java.util.List;
import java.util.Optional;

/**
 * All releases of the repository, model by model.
 *
 * @param problem why the repository could not be read
 */
record ReleasesView(List<Model> models, Optional<String> problem) {

  /** The releases of one model, newest first. */
  record Model(String name, List<Row> releases) {}

  /**
   * A release in the list.
   *
   * @param quality best of its variants, such as {@code 87.4 % top1}
   * @param size smallest and largest variant
   * @param rollout state of its newest rollout
   */
  record Row(
      long counter,
      String version,
      String quality,
      String size,
      String targets,
      long devices,
      Optional<Badge> rollout) {}
}

package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import dev.skerry.optimize.target.Target;
import java.nio.file.Path;

/**
 * A model file that is to become a variant, with what is known of it.
 *
 * @param technique how it was made, in a few words
 */
public record Candidate(
    Target target,
    Path file,
    String technique,
    Variant.Quality quality,
    Variant.Measured measured) {
  Candidate with(Variant.Quality quality, Variant.Measured measured) {
    return new Candidate(target, file, technique, quality, measured);
  }
}

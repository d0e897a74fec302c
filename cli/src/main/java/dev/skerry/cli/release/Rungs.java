package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The order of variants in a ladder: best accuracy first, each cheaper than the one above. */
final class Rungs {
  private Rungs() {}

  /** {@code candidates} in that order; one that is neither better nor cheaper is left out. */
  static List<Candidate> ordered(List<Candidate> candidates, Consumer<String> notes) {
    List<Candidate> sorted = new ArrayList<>(candidates);
    sorted.sort(
        Comparator.comparingDouble(Rungs::badness)
            .thenComparing(Comparator.comparingLong(Rungs::bytes).reversed()));
    List<Candidate> rungs = new ArrayList<>();
    for (Candidate candidate : sorted) {
      if (rungs.isEmpty() || isCheaper(candidate, rungs.getLast())) {
        rungs.add(candidate);
      } else {
        notes.accept(
            "%s is left out: it is neither better nor cheaper than %s"
                .formatted(candidate.file(), rungs.getLast().file()));
      }
    }
    return rungs;
  }

  /** Less is better; what is not known comes last. */
  private static double badness(Candidate candidate) {
    Variant.Quality quality = candidate.quality();
    return quality
        .value()
        .map(value -> quality.metric().equals("mse") ? value : -value)
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static long bytes(Candidate candidate) {
    try {
      return Files.size(candidate.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCheaper(Candidate candidate, Candidate above) {
    return bytes(candidate) < bytes(above)
        || less(candidate.measured().p50Micros(), above.measured().p50Micros())
        || less(candidate.measured().peakMemoryBytes(), above.measured().peakMemoryBytes());
  }

  private static <T extends Comparable<T>> boolean less(Optional<T> a, Optional<T> b) {
    return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) < 0;
  }
}

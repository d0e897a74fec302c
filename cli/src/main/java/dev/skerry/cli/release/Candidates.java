package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The files that become variants, as a command names them. */
public final class Candidates {
  private final ModelDescription description;
  private final Targets targets;
  private final Consumer<String> notes;

  /**
   * @param targets files of targets that are not built in
   * @param notes is told what is left out
   */
  public Candidates(ModelDescription description, List<String> targets, Consumer<String> notes) {
    this.description = description;
    this.targets = new Targets(targets);
    this.notes = notes;
  }

  /** Those that {@code skerry optimize} wrote to {@code folder}. */
  public List<Candidate> optimized(Path folder) {
    return ReportedVariants.read(folder, description.name(), targets, notes);
  }

  /** Who made those in {@code folder} and with which settings, in words. */
  public static String settings(Path folder) {
    return ReportedVariants.settings(folder);
  }

  /**
   * Files of which nothing is known.
   *
   * @param variants each as {@code TARGET=FILE}
   */
  public List<Candidate> given(List<String> variants) {
    List<Candidate> candidates = new ArrayList<>();
    for (String variant : variants) {
      int equals = variant.indexOf('=');
      if (equals < 1) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "--variant takes TARGET=FILE, such as generic=model.onnx, not '%s'".formatted(variant));
      }
      Path file = Path.of(variant.substring(equals + 1));
      if (!Files.isRegularFile(file)) {
        throw new SkerryException(ErrorCode.BAD_FILE, "there is no model file " + file);
      }
      candidates.add(
          new Candidate(
              targets.named(variant.substring(0, equals)),
              file,
              "as given",
              new Variant.Quality(
                  description.goal().metric().text(), Optional.empty(), Optional.empty()),
              new Variant.Measured(
                  Optional.empty(), Optional.empty(), Optional.empty(), "not measured")));
    }
    return candidates;
  }
}

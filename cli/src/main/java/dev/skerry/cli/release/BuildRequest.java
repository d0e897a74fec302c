package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a release is to be made of.
 *
 * @param candidates the files that become variants
 * @param measure whether to find out how good they are
 * @param pack whether variants get packed forms where that pays
 * @param goldenFrom an earlier release whose golden inputs are taken
 * @param command that makes the release again
 * @param steps is told what is being done
 * @param notes is told what a person must know
 */
public record BuildRequest(
    ModelDescription description,
    List<Candidate> candidates,
    boolean measure,
    boolean pack,
    Variant.Budget budget,
    Optional<Path> goldenFrom,
    String tool,
    List<String> command,
    Consumer<String> steps,
    Consumer<String> notes) {
  public BuildRequest {
    candidates = List.copyOf(candidates);
    command = List.copyOf(command);
  }
}

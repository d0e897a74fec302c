package dev.skerry.cli.repo;

import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import java.util.List;

/** Says what became of a change of a repository. */
final class Outcome {
  private Outcome() {}

  /** What {@code --json} prints. */
  record Facts(String repository, boolean published, List<String> unsigned) {}

  /**
   * @param done in words, when it is published
   */
  static void print(
      Terminal terminal,
      boolean json,
      String repository,
      TufRepository.Result result,
      String done) {
    if (json) {
      terminal
          .out()
          .print(Json.print(new Facts(repository, result.published(), result.unsigned())));
    } else if (result.published()) {
      terminal.out().println(terminal.bold(repository) + ": " + done);
    } else {
      terminal.out().println(terminal.bold(repository) + ": not published yet");
      result.unsigned().forEach(missing -> terminal.out().println("  " + missing));
      terminal
          .out()
          .println("Whoever has such a key runs 'skerry repo sign " + repository + "' next.");
    }
  }
}

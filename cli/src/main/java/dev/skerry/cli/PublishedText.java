package dev.skerry.cli;

import dev.skerry.cli.release.Publisher.Published;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;

/** Says what became of a release that was put into a repository. */
final class PublishedText {
  private PublishedText() {}

  static void print(Terminal terminal, boolean json, Path repository, Published published) {
    if (json) {
      terminal.out().print(Json.print(published));
      return;
    }
    terminal
        .out()
        .printf(
            "%s: %s %s is release %d, security floor %d; %d new blobs, %s%n",
            terminal.bold(repository.toString()),
            published.model(),
            published.version(),
            published.counter(),
            published.floor(),
            published.newBlobs(),
            Figures.bytes(published.newBytes()));
    if (!published.unsigned().isEmpty()) {
      terminal.out().println("Devices do not see it yet:");
      published.unsigned().forEach(missing -> terminal.out().println("  " + missing));
      terminal
          .out()
          .println("Whoever has such a key runs 'skerry repo sign " + repository + "' next.");
    }
  }
}

package dev.skerry.cli.repo;

import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs what expires soon anew. */
@Command(
    name = "refresh",
    description = {
      "Sign the timestamp anew, and the snapshot when half of its life is over, so that devices see"
          + " that nobody withholds anything from them. Run it every day or so.",
      ""
    })
final class RepoRefreshCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The repository.")
  private Path folder = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "Also sign root, targets or snapshot anew; may be given several times.")
  private List<String> roles = new ArrayList<>();

  RepoRefreshCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Outcome.print(
        terminal,
        json.getAsBoolean(),
        folder.toString(),
        options.change(folder, repository -> repository.refresh(new HashSet<>(roles))),
        "refreshed");
    return 0;
  }
}

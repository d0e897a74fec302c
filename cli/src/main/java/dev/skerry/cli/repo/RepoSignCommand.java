package dev.skerry.cli.repo;

import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds signatures to a change that waits for them. */
@Command(
    name = "sign",
    description = {
      "Sign a change that waits for the keys of several people, and publish it when enough have"
          + " signed. Such a change waits beside the repository, in a folder that ends in"
          + " '-unsigned'.",
      ""
    })
final class RepoSignCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The repository.")
  private Path folder = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  @Option(names = "--discard", description = "Throw the change away instead.")
  private boolean discard;

  RepoSignCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    TufRepository.Result result = options.change(folder, this::change);
    Outcome.print(
        terminal,
        json.getAsBoolean(),
        folder.toString(),
        result,
        discard ? "nothing waits any more" : "nothing waits for signatures any more");
    return 0;
  }

  private TufRepository.Result change(TufRepository repository) {
    TufRepository.Result nothing = new TufRepository.Result(List.of());
    if (discard) {
      repository.discard();
      return nothing;
    }
    return repository.sign().orElse(nothing);
  }
}

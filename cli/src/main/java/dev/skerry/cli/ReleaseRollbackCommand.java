package dev.skerry.cli;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.cli.release.Publisher;
import dev.skerry.cli.repo.RepositoryOptions;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes an earlier release again. */
@Command(
    name = "rollback",
    description = {
      "Publish an earlier release of a repository again, under a new release counter.",
      "",
      "Devices that still have its blobs download nothing but the manifest.",
      ""
    })
final class ReleaseRollbackCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model's name.")
  private String model = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "COUNTER",
      description = "The release counter of the earlier release.")
  private long counter;

  @Option(
      names = "--repo",
      required = true,
      paramLabel = "FOLDER",
      description = "The repository, as 'skerry repo init' makes it.")
  private Path repository = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  ReleaseRollbackCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Publisher.Published published =
        options.change(
            repository,
            signed -> new Publisher(new SystemDisk(), repository, signed).rollback(model, counter));
    PublishedText.print(terminal, json.getAsBoolean(), repository, published);
    return 0;
  }
}

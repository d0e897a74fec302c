package dev.skerry.cli;

import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.cli.release.Publisher;
import dev.skerry.cli.repo.RepositoryOptions;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts a release into a repository. */
@Command(
    name = "publish",
    description = {
      "Put a release into a repository: blobs that it lacks first, then the signed manifest.",
      "",
      "Devices that follow the repository take it at their next poll. The release counter is the"
          + " model's highest plus one.",
      ""
    })
final class ReleasePublishCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "RELEASE", description = "A .release file.")
  private Path file = Path.of("");

  @Option(
      names = "--repo",
      required = true,
      paramLabel = "FOLDER",
      description = "The repository, as 'skerry repo init' makes it.")
  private Path repository = Path.of("");

  @Option(
      names = "--floor",
      paramLabel = "COUNTER",
      description =
          "Raise the security floor: releases with a smaller counter must not run any more.")
  private @Nullable Long floor;

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  ReleasePublishCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    try (ReleaseArchive archive = ReleaseArchive.open(file)) {
      OptionalLong raised = floor == null ? OptionalLong.empty() : OptionalLong.of(floor);
      Publisher.Published published =
          options.change(
              repository,
              signed ->
                  new Publisher(new SystemDisk(), repository, signed)
                      .publish(archive.manifest(), archive, raised));
      PublishedText.print(terminal, json.getAsBoolean(), repository, published);
    }
    return 0;
  }
}

package dev.skerry.cli.repo;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a repository and its keys. */
@Command(
    name = "init",
    description = {
      "Make a repository without releases, and keys for its roles: root, targets, snapshot and"
          + " timestamp (The Update Framework 1.0.34).",
      "",
      "The keys are kept beside the repository, not in it, encrypted with a passphrase. Publish the"
          + " repository's folder and never that of the keys.",
      ""
    })
final class RepoInitCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Where to; made when missing.")
  private Path folder = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      converter = KeyTypes.Converter.class,
      description =
          "ed25519 (used when not given), ecdsa, or ed25519+ml-dsa-65: two keys for each role, both"
              + " of which must sign, one of them safe from quantum computers.")
  private KeyTypes keyType = new KeyTypes(List.of(KeyScheme.ED25519));

  @Option(
      names = "--plain-online-keys",
      description =
          "Keep the keys of snapshot and timestamp without a passphrase, for a machine that"
              + " refreshes them on its own.")
  private boolean plainOnlineKeys;

  @Option(
      names = "--expire",
      paramLabel = "ROLE=DAYS",
      description =
          "Days until versions of a role expire; may be given several times. When not given: root"
              + " 365, targets 90, snapshot and timestamp 7.")
  private Map<String, Integer> days = new LinkedHashMap<>();

  RepoInitCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** What was made, as {@code --json} prints it. */
  record Made(String repository, String keys, String root) {}

  @Override
  public Integer call() {
    TufRepository.init(
        new SystemDisk(), folder, options.keys(folder), settings(), InstantSource.system());
    Made made =
        new Made(
            folder.toString(),
            options.keysFolder(folder).toString(),
            folder.resolve("metadata").resolve("1.root.json").toString());
    terminal.out().print(json.getAsBoolean() ? Json.print(made) : text(made));
    return 0;
  }

  private RepositorySettings settings() {
    RepositorySettings settings =
        RepositorySettings.usual(
            keyType.schemes(), plainOnlineKeys ? KeyRing.Guard.NONE : KeyRing.Guard.PASSPHRASE);
    for (Map.Entry<String, Integer> given : days.entrySet()) {
      settings = settings.withDays(given.getKey(), given.getValue());
    }
    return settings;
  }

  private String text(Made made) {
    return """
    %s: a repository without releases; publish all of this folder
      keys   %s; keep a copy where nobody else gets at it, never publish it
      root   %s; devices begin to trust the repository with it

    The timestamp expires in a week: run 'skerry repo refresh %s' every day or so.
    """
        .formatted(terminal.bold(made.repository()), made.keys(), made.root(), made.repository());
  }
}

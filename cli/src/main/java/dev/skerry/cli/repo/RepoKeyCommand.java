package dev.skerry.cli.repo;

import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a key for one more signer. */
@Command(
    name = "key",
    description = {
      "Make a key of one's own, to become one more signer of a repository: the public half goes to"
          + " whoever runs 'skerry repo rotate --add', the secret stays here.",
      ""
    })
final class RepoKeyCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "For keys; made when missing.")
  private Path folder = Path.of("");

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "What it will sign for: root, targets, snapshot or timestamp.")
  private String role = "";

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      converter = KeyTypes.Converter.class,
      description = "ed25519 (used when not given), ecdsa or ml-dsa-65.")
  private KeyTypes keyType = new KeyTypes(List.of(KeyScheme.ED25519));

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "Holds the passphrase; may be a file descriptor, as /dev/fd/3.")
  private @Nullable Path passphraseFile;

  RepoKeyCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** What {@code --json} prints. */
  record Made(List<String> publicKeys) {}

  @Override
  public Integer call() {
    KeyFolder keys = new KeyFolder(folder, new Passphrases(passphraseFile, System.getenv()));
    Made made =
        new Made(
            keyType.schemes().stream()
                .map(scheme -> keys.generate(role, scheme, KeyRing.Guard.PASSPHRASE))
                .map(key -> keys.publicFile(role, key.verifying()).toString())
                .toList());
    terminal
        .out()
        .print(json.getAsBoolean() ? Json.print(made) : String.join("\n", made.publicKeys) + "\n");
    return 0;
  }
}

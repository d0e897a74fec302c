package dev.skerry.cli.repo;

import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.VerifyingKey;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Changes who signs for a role. */
@Command(
    name = "rotate",
    description = {
      "Replace the keys of a role by new ones, or add or remove one. The new root is signed by the"
          + " old and the new keys, so that devices follow.",
      ""
    })
final class RepoRotateCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The repository.")
  private Path folder = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  @Option(
      names = "--role",
      required = true,
      paramLabel = "ROLE",
      description = "root, targets, snapshot or timestamp.")
  private String role = "";

  @Option(
      names = "--add",
      paramLabel = "FILE",
      description =
          "Add this public key, which 'skerry repo key' made, instead of making new keys.")
  private @Nullable Path added;

  @Option(
      names = "--remove",
      paramLabel = "KEYID",
      description = "Remove this key, of which the first digits are enough.")
  private @Nullable String removed;

  @Option(
      names = "--threshold",
      paramLabel = "COUNT",
      description = "How many keys must sign from now on; as before when not given.")
  private @Nullable Integer threshold;

  @Option(
      names = "--plain-online-keys",
      description = "Keep new keys of snapshot or timestamp without a passphrase.")
  private boolean plainOnlineKeys;

  RepoRotateCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Outcome.print(
        terminal,
        json.getAsBoolean(),
        folder.toString(),
        options.change(folder, this::change),
        "the role " + role + " has other keys now");
    return 0;
  }

  private TufRepository.Result change(TufRepository repository) {
    int needed = threshold == null ? repository.threshold(role) : threshold;
    if (added != null) {
      VerifyingKey key = KeyFolder.readPublic(added);
      return repository.addSigner(role, key, needed);
    }
    if (removed != null) {
      return repository.removeSigner(role, removed, needed);
    }
    boolean online = role.equals("snapshot") || role.equals("timestamp");
    return repository.rotate(
        role, online && plainOnlineKeys ? KeyRing.Guard.NONE : KeyRing.Guard.PASSPHRASE);
  }
}

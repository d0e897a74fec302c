package dev.skerry.cli.repo;

import dev.skerry.bundle.tuf.RoleStatus;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Says what is in a repository and who signs for it. */
@Command(
    name = "show",
    description = {
      "Show the roles of a repository: versions, when they expire, keys and thresholds; what is"
          + " published; and what waits for signatures. Needs no secret key.",
      ""
    })
final class RepoShowCommand implements Callable<Integer> {
  private static final long SOON_DAYS = 2;

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The repository.")
  private Path folder = Path.of("");

  @Mixin private RepositoryOptions options = new RepositoryOptions();

  RepoShowCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** What {@code --json} prints. */
  record Facts(String repository, List<Role> roles, List<String> targets, List<String> unsigned) {}

  /** A role; {@code daysLeft} is negative once it has expired. */
  record Role(
      String role,
      long version,
      String expires,
      long daysLeft,
      int threshold,
      List<RoleStatus.Signer> keys) {}

  @Override
  public Integer call() {
    TufRepository repository = options.open(folder);
    Instant now = InstantSource.system().instant();
    Facts facts =
        new Facts(
            folder.toString(),
            repository.status().stream().map(status -> role(status, now)).toList(),
            List.copyOf(repository.targets().keySet()),
            repository.waiting());
    terminal.out().print(json.getAsBoolean() ? Json.print(facts) : text(facts));
    return 0;
  }

  private static Role role(RoleStatus status, Instant now) {
    long days = Math.floorDiv(Duration.between(now, status.expires()).toSeconds(), 86_400);
    return new Role(
        status.role(),
        status.version(),
        status.expires().toString(),
        days,
        status.threshold(),
        status.signers());
  }

  private String text(Facts facts) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: %d targets\n".formatted(terminal.bold(folder.toString()), facts.targets.size()));
    facts.roles.forEach(role -> text.append(line(role)));
    facts.targets.forEach(path -> text.append("  ").append(Terminal.printable(path)).append('\n'));
    facts.unsigned.forEach(
        waiting -> text.append(terminal.yellow("waits for signatures: " + waiting)).append('\n'));
    return text.toString();
  }

  private String line(Role role) {
    String keys =
        role.keys.stream()
            .map(key -> Terminal.printable(key.keyId()).substring(0, 8) + " " + key.scheme())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "  %-10s version %-4d %s  %d of %d keys: %s%n",
        role.role,
        role.version,
        left(role),
        role.threshold,
        role.keys.size(),
        keys);
  }

  private String left(Role role) {
    if (role.daysLeft < 0) {
      return terminal.red("%-22s".formatted("EXPIRED on " + role.expires.substring(0, 10)));
    }
    String left = "%-22s".formatted("expires in %d days".formatted(role.daysLeft));
    return role.daysLeft < SOON_DAYS ? terminal.yellow(left) : left;
  }
}

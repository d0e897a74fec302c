package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.fleet.Ground;
import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.device.ClaimTokens;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tokens of people, programs and devices that are to be let in. */
@Command(
    name = "token",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Make, list and revoke tokens: of people and programs, and those that let devices in.",
      "",
      "Without --url and SKERRY_FLEET_URL it works on the fleet's database itself, which whoever"
          + " can read fleet.toml may; so the first admin's token is made.",
      ""
    })
final class FleetTokenCommand implements Callable<Integer> {
  private static final int USUAL_DAYS = 90;
  private static final int USUAL_CLAIM_DAYS = 7;

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Spec private CommandSpec spec = CommandSpec.create();

  private FleetTokenCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  static CommandLine line(Terminal terminal, BooleanSupplier json) {
    return new CommandLine(new FleetTokenCommand(terminal, json));
  }

  /** Called when no command is named. */
  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "Which command of fleet token?");
  }

  /** Options of every command here. */
  static final class Place {
    @Mixin private Connection connection = new Connection();

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "The fleet on this machine (${DEFAULT-VALUE}), when no address is given.")
    private Path config = Path.of("fleet.toml");

    private Ground ground() {
      return Ground.open(
          FleetToml.read(config).settings(), new SecureRandom(), InstantSource.system());
    }
  }

  @Command(
      name = "create",
      description = {
        "Make a token, and print it this once: it is stored nowhere.",
        "",
        "With --claim it lets devices in ('skerry agent enroll'); otherwise it is of a person or"
            + " program, and --owner and --scope say whose and for what.",
        ""
      })
  Integer create(
      @Mixin Place place,
      @Option(names = "--owner", paramLabel = "NAME", description = "Whom the audit log names.")
          @Nullable String owner,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              description = "viewer, operator or admin (${DEFAULT-VALUE}).",
              defaultValue = "viewer")
          String scope,
      @Option(
              names = "--days",
              paramLabel = "DAYS",
              description = "How long it holds; 90 when not given, 7 with --claim.")
          @Nullable Integer days,
      @Option(names = "--claim", description = "Lets devices in.") boolean claim,
      @Option(
              names = "--uses",
              paramLabel = "COUNT",
              description = "With --claim, devices that it lets in; any number when not given.")
          @Nullable Long uses,
      @Option(
              names = "--label",
              paramLabel = "NAME=VALUE",
              description = "With --claim, a label that its devices get.")
          @Nullable Map<String, String> labels) {
    Map<String, String> given = labels == null ? Map.of() : labels;
    Created created =
        claim
            ? claim(place, days == null ? USUAL_CLAIM_DAYS : days, uses, given)
            : access(place, owner, scope, days == null ? USUAL_DAYS : days);
    Printed.print(
        terminal,
        json.getAsBoolean(),
        Json.object().put("id", created.id).put("text", created.text).build(),
        created.text + "\n");
    return 0;
  }

  private record Created(String id, String text) {}

  private static Created claim(
      Place place, int days, @Nullable Long uses, Map<String, String> labels) {
    if (!place.connection.isNamed()) {
      try (Ground ground = place.ground()) {
        ClaimTokens.Created made =
            ground
                .claims()
                .create(
                    localUser(),
                    Duration.ofDays(days),
                    uses == null ? OptionalLong.empty() : OptionalLong.of(uses),
                    new TreeMap<>(labels));
        return new Created(made.token().id(), made.text());
      }
    }
    Json.ObjectBuilder body = Json.object().put("days", days).put("labels", Printed.json(labels));
    if (uses != null) {
      body.put("uses", uses);
    }
    JsonObject made = place.connection.client().post("/v1/claims", body.build());
    return new Created(made.object("claim").text("id"), made.text("text"));
  }

  private static Created access(Place place, @Nullable String owner, String scope, int days) {
    if (owner == null) {
      throw new SkerryException(ErrorCode.USAGE, "whose token? Give --owner, or --claim");
    }
    if (!place.connection.isNamed()) {
      try (Ground ground = place.ground()) {
        AccessTokens.Created made =
            ground.tokens().create(localUser(), owner, Scope.of(scope), Duration.ofDays(days));
        return new Created(made.token().id(), made.text());
      }
    }
    JsonObject made =
        place
            .connection
            .client()
            .post(
                "/v1/tokens",
                Json.object().put("owner", owner).put("scope", scope).put("days", days).build());
    return new Created(made.object("token").text("id"), made.text("text"));
  }

  /** Whom the audit log names when somebody works on the database itself. */
  private static String localUser() {
    return "local " + System.getProperty("user.name");
  }

  @Command(name = "list", description = "List tokens, newest first; never their secrets.")
  Integer list(@Mixin Place place) {
    if (!place.connection.isNamed()) {
      throw new SkerryException(ErrorCode.USAGE, "which fleet? Give --url and --token of an admin");
    }
    FleetClient client = place.connection.client();
    JsonObject tokens = client.get("/v1/tokens", Map.of());
    JsonObject claims = client.get("/v1/claims", Map.of());
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (JsonObject token : tokens.objects("tokens")) {
      table.row(token.text("id"), token.text("owner"), token.text("scope"), until(token));
    }
    for (JsonObject claim : claims.objects("claims")) {
      String uses = claim.has("uses-left") ? claim.integer("uses-left") + " left" : "any number";
      table.row(claim.text("id"), "devices", uses, until(claim));
    }
    Json.ObjectBuilder facts = Json.object();
    facts.put("tokens", tokens.value("tokens")).put("claims", claims.value("claims"));
    Printed.print(terminal, json.getAsBoolean(), facts.build(), table.print(""));
    return 0;
  }

  private String until(JsonObject token) {
    return token.has("revoked-at")
        ? terminal.red("revoked " + Printed.time(token.text("revoked-at")))
        : "until " + Printed.time(token.text("expires-at"));
  }

  @Command(name = "revoke", description = "From now on a token opens nothing.")
  Integer revoke(
      @Mixin Place place,
      @Parameters(index = "0", paramLabel = "ID", description = "As 'list' shows it.") String id,
      @Option(names = "--claim", description = "It is one that lets devices in.") boolean claim) {
    if (place.connection.isNamed()) {
      place
          .connection
          .client()
          .send(
              "DELETE",
              (claim ? "/v1/claims/" : "/v1/tokens/") + FleetClient.encoded(id),
              Optional.empty());
    } else {
      try (Ground ground = place.ground()) {
        if (claim) {
          ground.claims().revoke(localUser(), id);
        } else {
          ground.tokens().revoke(localUser(), id);
        }
      }
    }
    Printed.print(
        terminal,
        json.getAsBoolean(),
        Json.object().put("id", id).build(),
        "%s %s opens nothing any more\n".formatted(terminal.green("✓"), id));
    return 0;
  }
}

package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a rollout. */
@Command(
    name = "create",
    description = {
      "Make a rollout of a release, from a TOML file, from options, or from both; options win.",
      "",
      "docs/guides/rollout.md has the language of selectors and gates, and every key of the file.",
      ""
    })
final class RolloutsCreateCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  @Parameters(index = "0", arity = "0..1", paramLabel = "ROLLOUT.toml", description = "The plan.")
  private @Nullable Path file;

  @Option(names = "--model", paramLabel = "NAME", description = "The model.")
  private @Nullable String model;

  @Option(
      names = "--release",
      paramLabel = "COUNTER",
      description = "The release's counter, as 'skerry fleet releases' lists it.")
  private @Nullable Long counter;

  @Option(
      names = "--selector",
      paramLabel = "SELECTOR",
      description = "Which devices; all when not given.")
  private @Nullable String selector;

  @Option(
      names = "--wave",
      paramLabel = "SIZE",
      description =
          "A number of devices or a share, such as 1 or '5 %%'; may be given several times.")
  private List<String> waves = List.of();

  @Option(
      names = "--gate",
      paramLabel = "GATE",
      description =
          "A condition such as 'shadow-disagreement <= 3 %%'; may be given several times.")
  private List<String> gates = List.of();

  @Option(
      names = "--window",
      paramLabel = "WINDOW",
      description =
          "When devices may join, such as 'mon-fri 22:00-05:00 Europe/Berlin'; may be given several"
              + " times.")
  private List<String> windows = List.of();

  @Option(
      names = "--rate",
      paramLabel = "COUNT",
      description = "Devices that may join in a minute.")
  private @Nullable Long rate;

  @Option(
      names = "--priority",
      paramLabel = "NUMBER",
      description = "The rollout with the higher one wins where several want a device.")
  private @Nullable Long priority;

  @Option(names = "--note", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String note;

  RolloutsCreateCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    Json.Obj plan = plan();
    JsonObject rollout = connection.client().post("/v1/rollouts", plan);
    Printed.print(terminal, json.getAsBoolean(), rollout.json(), RolloutText.of(terminal, rollout));
    return 0;
  }

  private Json.Obj plan() {
    SequencedMap<String, Json> plan =
        new LinkedHashMap<>(file == null ? new LinkedHashMap<>() : TomlJson.read(file).members());
    put(plan, "model", model);
    put(plan, "counter", counter);
    put(plan, "selector", selector);
    put(plan, "waves", waves);
    put(plan, "gates", gates);
    put(plan, "windows", windows);
    put(plan, "rate-per-minute", rate);
    put(plan, "priority", priority);
    put(plan, "note", note);
    if (!plan.containsKey("model") || !plan.containsKey("counter")) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "which release? Give --model and --release, or a file with model and counter");
    }
    return new Json.Obj(plan);
  }

  private static void put(SequencedMap<String, Json> plan, String key, @Nullable String value) {
    if (value != null) {
      plan.put(key, Json.of(value));
    }
  }

  private static void put(SequencedMap<String, Json> plan, String key, @Nullable Long value) {
    if (value != null) {
      plan.put(key, Json.of(value));
    }
  }

  private static void put(SequencedMap<String, Json> plan, String key, List<String> values) {
    if (!values.isEmpty()) {
      plan.put(key, Json.texts(values));
    }
  }
}

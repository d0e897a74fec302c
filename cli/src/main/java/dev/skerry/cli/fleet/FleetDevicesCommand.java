package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists devices, or says all about one, labels it, shuts it out. */
@Command(
    name = "devices",
    description = {
      "List devices, or say all about one and change its labels.",
      "",
      "A selector is a condition on labels and facts: site = berlin and target in (arm64,"
          + " arm64-dot) and not canary.",
      ""
    })
final class FleetDevicesCommand implements Callable<Integer> {
  private static final int PAGE = 1000;

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Mixin private Connection connection = new Connection();

  @Parameters(index = "0", arity = "0..1", paramLabel = "ID", description = "One device.")
  private @Nullable String id;

  @Option(
      names = "--selector",
      paramLabel = "SELECTOR",
      description = "Only devices that it takes.")
  private String selector = "";

  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      description = "No more than these (${DEFAULT-VALUE}).")
  private int limit = 100;

  @Option(
      names = "--set-label",
      paramLabel = "NAME=VALUE",
      description = "With ID: a label that people give it; may be given several times.")
  private Map<String, String> set = Map.of();

  @Option(
      names = "--remove-label",
      paramLabel = "NAME",
      description = "With ID: takes such a label away.")
  private List<String> removed = List.of();

  @Option(names = "--revoke", description = "With ID: the fleet answers it nothing any more.")
  private boolean revoke;

  FleetDevicesCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    FleetClient client = connection.client();
    if (id == null) {
      list(client);
    } else {
      one(client, "/v1/devices/" + FleetClient.encoded(id));
    }
    return 0;
  }

  private void list(FleetClient client) {
    List<JsonObject> devices = new ArrayList<>();
    String after = "";
    do {
      JsonObject page =
          client.get(
              "/v1/devices",
              Map.of(
                  "selector",
                  selector,
                  "after",
                  after,
                  "limit",
                  Integer.toString(Math.clamp(limit - devices.size(), 1, PAGE))));
      devices.addAll(page.objects("devices"));
      after = page.optionalText("next").orElse("");
    } while (!after.isEmpty() && devices.size() < limit);
    TextTable table =
        TextTable.of(
            TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT, TextTable.Align.LEFT);
    for (JsonObject device : devices) {
      table.row(
          device.text("id"),
          device.object("facts").text("target"),
          serves(device),
          Printed.labels(device.object("labels")));
    }
    Json.ObjectBuilder facts =
        Json.object().put("devices", devices.stream().map(JsonObject::json).toList());
    if (!after.isEmpty()) {
      facts.put("next", after);
    }
    String more = after.isEmpty() ? "" : "there are more; --limit shows them\n";
    Printed.print(
        terminal,
        json.getAsBoolean(),
        facts.build(),
        devices.isEmpty() ? "no devices\n" : table.print("") + more);
  }

  private static String serves(JsonObject device) {
    String text =
        device.objects("models").stream()
            .flatMap(model -> model.objects("slots").stream())
            .filter(slot -> slot.text("place").equals("active"))
            .map(slot -> slot.text("model") + " " + slot.integer("counter"))
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "nothing yet" : Terminal.printable(text);
  }

  private void one(FleetClient client, String path) {
    if (revoke) {
      client.send("POST", path + "/revoke", Optional.empty());
    }
    if (!set.isEmpty() || !removed.isEmpty()) {
      label(client, path);
    }
    JsonObject device = client.get(path, Map.of());
    JsonObject facts = device.object("facts");
    TextTable table = TextTable.of(TextTable.Align.LEFT, TextTable.Align.LEFT);
    table
        .row("device", terminal.bold(device.text("id")))
        .row("target", Terminal.printable(facts.text("target")))
        .row("agent", Terminal.printable(facts.text("agent") + ", " + facts.text("engine")))
        .row("labels", Printed.labels(device.object("labels")))
        .row("by people", Printed.labels(device.object("set-labels")))
        .row("serves", serves(device))
        .row("enrolled", Printed.time(device.text("enrolled-at")))
        .row("seen", device.optionalText("last-seen").map(Printed::time).orElse("never"))
        .row("revoked", device.optionalText("revoked-at").map(Printed::time).orElse("no"));
    for (JsonObject model : device.objects("models")) {
      table.row(
          Terminal.printable(model.text("model")),
          Terminal.printable(model.text("state") + ": " + model.text("doing")));
    }
    Printed.print(terminal, json.getAsBoolean(), device.json(), table.print(""));
  }

  private void label(FleetClient client, String path) {
    JsonObject before = client.get(path, Map.of()).object("set-labels");
    Map<String, String> labels = new TreeMap<>();
    before.keys().forEach(name -> labels.put(name, before.text(name)));
    labels.keySet().removeAll(removed);
    labels.putAll(set);
    client.send(
        "PUT",
        path + "/labels",
        Optional.of(Json.object().put("labels", Printed.json(labels)).build()));
  }
}

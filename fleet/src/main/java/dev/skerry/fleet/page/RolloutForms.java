package dev.skerry.fleet.page;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.gate.Gate;
import dev.skerry.fleet.page.ReleaseView.RolloutForm;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.rollout.Size;
import dev.skerry.fleet.rollout.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The form that starts a rollout: what it begins with, and the plan that it means. */
final class RolloutForms {
  private static final String ROLL_BACK = "roll back";

  private RolloutForms() {}

  /** What the form begins with. */
  static RolloutForm usual() {
    return new RolloutForm(
        "all",
        "1, 5 %, 25 %, 100 %",
        "10 m",
        """
        install-failures <= 2 %
        validation-failures == 0
        shadow-disagreement <= 3 %, roll back
        latency-p95-ratio <= 1.2
        error-rate <= 1 %, roll back
        memory-ratio <= 1.5\
        """,
        "",
        "0",
        "0",
        false,
        Map.of());
  }

  /**
   * The plan as the API takes it.
   *
   * @param selector refuses a selector that cannot be understood
   * @throws FormException with what is wrong, by field
   */
  static JsonObject plan(String model, long counter, RolloutForm form, Consumer<String> selector) {
    Map<String, String> problems = new LinkedHashMap<>();
    String devices = form.selector().isEmpty() ? "all" : form.selector();
    check("selector", problems, () -> selector.accept(devices));
    List<String> sizes = List.of(form.waves().split(",", -1));
    check("waves", problems, () -> sizes.forEach(Size::parse));
    List<String> windows = form.windows().lines().filter(line -> !line.isBlank()).toList();
    check("windows", problems, () -> windows.forEach(Window::parse));
    List<Json.Obj> gates = new ArrayList<>();
    check("gates", problems, () -> gates.addAll(gates(form.gates())));
    Json.ObjectBuilder json =
        Json.object()
            .put("model", model)
            .put("counter", counter)
            .put("selector", devices)
            .put("waves", sizes.stream().map(size -> wave(size, form)).toList())
            .put("gates", gates)
            .put("windows", Json.texts(windows));
    check(
        "rate-per-minute",
        problems,
        () -> json.put("rate-per-minute", number(form.ratePerMinute())));
    check("priority", problems, () -> json.put("priority", number(form.priority())));
    if (!problems.isEmpty()) {
      throw new FormException(problems);
    }
    return JsonObject.of("rollout", json.build());
  }

  private static void check(String field, Map<String, String> problems, Runnable read) {
    try {
      read.run();
    } catch (FleetException e) {
      problems.put(field, Words.sentence(String.valueOf(e.getMessage())));
    }
  }

  private static Json.Obj wave(String size, RolloutForm form) {
    Json.ObjectBuilder wave =
        Json.object().put("size", size.strip()).put("approval", form.approval());
    if (!form.soak().isEmpty()) {
      wave.put("soak", form.soak());
    }
    return wave.build();
  }

  private static List<Json.Obj> gates(String lines) {
    return lines.lines().filter(line -> !line.isBlank()).map(RolloutForms::gate).toList();
  }

  /** An expression, and after a comma what happens when it fails. */
  private static Json.Obj gate(String line) {
    String[] parts = line.split(",", 2);
    String action = parts.length == 1 ? Gate.Action.HOLD.text() : parts[1].strip();
    if (!action.equals(ROLL_BACK) && !action.equals(Gate.Action.HOLD.text())) {
      throw FleetException.badRequest(
          "the gate '%s' says '%s' after the comma; 'hold' or 'roll back' was expected"
              .formatted(parts[0].strip(), action));
    }
    Gate.parse(parts[0].strip());
    return Json.object().put("expression", parts[0].strip()).put("action", action).build();
  }

  private static long number(String text) {
    try {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new FleetException(
          FleetException.Kind.BAD_REQUEST, "'%s' is no whole number".formatted(text), e);
    }
  }
}

package dev.skerry.fleet.rollout;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.gate.Gate;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads a plan from JSON; a key that it does not know is an error. */
public final class PlanReader {
  private static final int MOST_WAVES = 50;
  private static final int MOST_GATES = 50;
  private static final int MOST_WINDOWS = 50;
  private static final int MOST_RATE = 1_000_000;
  private static final int MOST_PRIORITY = 1000;
  private static final int LONGEST_NOTE = 1000;

  private static final Set<String> KEYS =
      Set.of(
          "model",
          "counter",
          "selector",
          "waves",
          "gates",
          "windows",
          "rate-per-minute",
          "priority",
          "note");
  private static final Set<String> WAVE_KEYS =
      Set.of("size", "soak", "min-reports", "timeout", "approval");

  /** Without any: one device, then more of them. */
  private static final List<String> USUAL = List.of("1", "5 %", "25 %", "100 %");

  private PlanReader() {}

  /**
   * The plan in {@code json}.
   *
   * @param selector how to read the selector's text
   * @throws FleetException BAD_REQUEST if it is none
   */
  public static Plan read(JsonObject json, Function<String, Selector> selector) {
    only(json, KEYS);
    List<Wave> waves =
        json.has("waves")
            ? items(json, "waves", MOST_WAVES, PlanReader::wave)
            : USUAL.stream().map(Size::parse).map(PlanReader::usual).toList();
    checkOrder(waves);
    return new Plan(
        json.text("model"),
        json.integer("counter", 1),
        selector.apply(json.optionalText("selector").orElse("all")),
        waves,
        json.has("gates") ? items(json, "gates", MOST_GATES, Gate::of) : List.of(),
        json.has("windows")
            ? items(json, "windows", MOST_WINDOWS, (place, item) -> Window.parse(text(place, item)))
            : List.of(),
        (int) within(json, "rate-per-minute", 0, MOST_RATE),
        (int) within(json, "priority", -MOST_PRIORITY, MOST_PRIORITY),
        note(json));
  }

  private static String note(JsonObject json) {
    String note = json.optionalText("note").orElse("");
    if (note.length() > LONGEST_NOTE) {
      throw FleetException.badRequest(
          "the note has %d characters, at most %d were expected"
              .formatted(note.length(), LONGEST_NOTE));
    }
    return note;
  }

  private static Wave usual(Size size) {
    return new Wave(size, Wave.SOAK, 1, Wave.TIMEOUT, false);
  }

  private static Wave wave(String place, Json item) {
    if (item instanceof Json.Text text) {
      return usual(Size.parse(text.value()));
    }
    if (item instanceof Json.Num number) {
      return usual(Size.parse(number.literal()));
    }
    JsonObject json = JsonObject.of(place, item);
    only(json, WAVE_KEYS);
    return new Wave(
        Size.parse(
            json.value("size") instanceof Json.Num number ? number.literal() : json.text("size")),
        json.optionalText("soak").map(t -> Durations.parse(place + ".soak", t)).orElse(Wave.SOAK),
        json.has("min-reports") ? within(json, "min-reports", 0, Integer.MAX_VALUE) : 1,
        json.optionalText("timeout")
            .map(t -> Durations.parse(place + ".timeout", t))
            .orElse(Wave.TIMEOUT),
        json.has("approval") && json.flag("approval"));
  }

  /** Counts come first, and each wave reaches further: where devices are unknown 10 may be 1 %. */
  private static void checkOrder(List<Wave> waves) {
    if (waves.isEmpty()) {
      throw FleetException.badRequest("the plan has no wave; one such as \"100 %\" was expected");
    }
    for (int i = 1; i < waves.size(); i++) {
      Size before = waves.get(i - 1).size();
      Size size = waves.get(i).size();
      boolean further =
          switch (size) {
            case Size.Count count ->
                before instanceof Size.Count less && less.devices() < count.devices();
            case Size.Share share ->
                before instanceof Size.Count
                    || before instanceof Size.Share less && less.millionths() < share.millionths();
          };
      if (!further) {
        throw FleetException.badRequest(
            "wave %d is %s and wave %d is %s: sizes include the waves before, so each must reach further, numbers of devices before shares"
                .formatted(i, before.text(), i + 1, size.text()));
      }
    }
  }

  private static <T> List<T> items(
      JsonObject json, String key, int most, java.util.function.BiFunction<String, Json, T> read) {
    if (!(json.value(key) instanceof Json.Arr array)) {
      throw FleetException.badRequest(
          "%s.%s is no array, one was expected".formatted(json.place(), key));
    }
    if (array.items().size() > most) {
      throw FleetException.badRequest(
          "%s.%s has %d entries, at most %d were expected"
              .formatted(json.place(), key, array.items().size(), most));
    }
    List<T> items = new ArrayList<>();
    for (Json item : array.items()) {
      items.add(read.apply("%s.%s[%d]".formatted(json.place(), key, items.size()), item));
    }
    return items;
  }

  private static String text(String place, Json item) {
    if (item instanceof Json.Text text) {
      return text.value();
    }
    throw FleetException.badRequest(place + " is no string, one was expected");
  }

  /** 0 when it is not there. */
  private static long within(JsonObject json, String key, long least, long most) {
    if (!json.has(key)) {
      return 0;
    }
    long found = json.integer(key);
    if (found < least || found > most) {
      throw FleetException.badRequest(
          "%s.%s is %d, from %d to %d was expected"
              .formatted(json.place(), key, found, least, most));
    }
    return found;
  }

  private static void only(JsonObject json, Set<String> known) {
    for (String key : json.keys()) {
      if (!known.contains(key)) {
        throw FleetException.badRequest(
            "%s.%s is not known; %s were expected"
                .formatted(json.place(), key, String.join(", ", new TreeSet<>(known))));
      }
    }
  }
}

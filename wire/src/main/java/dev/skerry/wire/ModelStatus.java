package dev.skerry.wire;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import java.time.Instant;
import java.util.List;

/**
 * How a device is with one model.
 *
 * @param state of the device's life with it, such as {@code probation}
 * @param since when the state was entered, by the device's clock
 * @param doing for people: what it does or waits for now
 * @param floor releases with a smaller counter are never activated
 * @param slots those that hold a release
 * @param refused releases that are not tried again, newest last
 * @param served figures of the active release
 */
public record ModelStatus(
    String model,
    String state,
    Instant since,
    String doing,
    long floor,
    List<SlotRecord> slots,
    List<RefusalRecord> refused,
    Served served) {
  public ModelStatus {
    slots = List.copyOf(slots);
    refused = List.copyOf(refused);
  }

  /**
   * Requests that the active release was given since it was activated.
   *
   * @param failed by the model's fault
   */
  public record Served(long requests, long failed, double p50Micros, double p99Micros) {
    /** Before anything was served. */
    public static final Served NOTHING = new Served(0, 0, 0, 0);
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("model", model)
        .put("state", state)
        .put("since", since.toString())
        .put("doing", doing)
        .put("floor", floor)
        .put("slots", slots.stream().map(SlotRecord::toJson).toList())
        .put("refused", refused.stream().map(RefusalRecord::toJson).toList())
        .put(
            "served",
            Json.object()
                .put("requests", served.requests())
                .put("failed", served.failed())
                .put("p50-micros", served.p50Micros())
                .put("p99-micros", served.p99Micros())
                .build())
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static ModelStatus of(JsonObject json) {
    JsonObject served = json.object("served");
    return new ModelStatus(
        json.text("model"),
        json.text("state"),
        EventRecord.instant(json, "since"),
        json.text("doing"),
        json.integer("floor", 0),
        json.objects("slots").stream().map(SlotRecord::of).toList(),
        json.objects("refused").stream().map(RefusalRecord::of).toList(),
        new Served(
            served.integer("requests", 0),
            served.integer("failed", 0),
            served.number("p50-micros"),
            served.number("p99-micros")));
  }
}

package dev.skerry.fleet.rollout;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.device.LabelText;
import dev.skerry.fleet.device.ReportListener;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.DesiredModel;
import dev.skerry.wire.Facts;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;

/** One process of a fleet on a database, with a clock that tests move, and the rows of devices. */
final class TestFleet implements TestDevice.Link, AutoCloseable {
  static final String MODEL = "bearing-faults";
  static final Instant START = Instant.parse("2026-03-02T10:00:00Z"); // a Monday
  static final Duration POLL = Duration.ofSeconds(10);

  /** The same for every process. */
  static final class Clock implements InstantSource {
    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    @Override
    public Instant instant() {
      return now.get();
    }

    void pass(Duration time) {
      now.updateAndGet(instant -> instant.plus(time));
    }
  }

  /** Releases 1 to 9; 6 has the files of 2. */
  static final class Catalogue implements Releases {
    @Override
    public boolean has(String model, long counter) {
      return model.equals(MODEL) && counter >= 1 && counter <= 9;
    }

    @Override
    public String version(String model, long counter) {
      return "1." + counter + ".0";
    }

    @Override
    public OptionalLong newestLike(String model, long counter) {
      return OptionalLong.of(counter == 2 ? 6 : counter);
    }
  }

  final Database database;
  final Versions versions;
  final Clock clock;
  final Assigner assigner;
  final Reports reports;
  final Decider decider;
  final Rollouts rollouts;
  final List<String> audit = new ArrayList<>();

  TestFleet(Database.Place place, Clock clock) {
    this.clock = clock;
    database = Database.open(place);
    versions = Versions.start(database);
    Releases releases = new Catalogue();
    assigner = new Assigner(database, versions, releases, clock);
    reports = new Reports(database, versions, releases, clock);
    decider = new Decider(database, versions, clock, POLL);
    rollouts =
        new Rollouts(
            database,
            versions,
            (_, who, action, subject, before, after) ->
                audit.add("%s %s %s %s -> %s".formatted(who, action, subject, before, after)),
            releases,
            clock);
  }

  /** Looks until nothing moves any more at this time. */
  void decide() {
    int moved;
    do {
      versions.refresh();
      moved = decider.look();
    } while (moved > 0);
    versions.refresh();
  }

  RolloutDetail create(String json) {
    return create(
        JsonReader.readObject("plan", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
  }

  private RolloutDetail create(JsonObject json) {
    RolloutDetail made = rollouts.create(json, "ada");
    versions.refresh();
    return made;
  }

  void enrol(String id, Map<String, String> labels) {
    database.change(handle -> enrol(handle, id, labels));
  }

  private static void enrol(Handle handle, String id, Map<String, String> labels) {
    Facts facts =
        new Facts(
            "arm64",
            "0.1.0",
            "onnxruntime 1.29.0",
            "arm64",
            List.of(),
            List.of("cpu"),
            1L << 30,
            4);
    handle
        .createUpdate(
            "insert into devices (id, enrolled_at, revoked_at, token_hash, key_hash,"
                + " previous_key_hash, claim, own_labels, set_labels, labels, facts, target, agent,"
                + " version, models, event_sequence, reported_at, assignment) values (:id, 0, 0,"
                + " :id, :id, '', '', '{}', '{}', :labels, :facts, 'arm64', '0.1.0', 1, :models, 0,"
                + " 0, '')")
        .bind("id", id)
        .bind("labels", LabelText.write(labels))
        .bind("facts", Documents.text(facts.toJson()))
        .bind(
            "models",
            Documents.text(Json.array(List.of(status(0, 0, 0, "idle", Map.of()).toJson()))))
        .execute();
  }

  void label(String id, Map<String, String> labels) {
    database.change(handle ->
        handle
            .createUpdate(
                "update devices set labels = :labels, version = version + 1 where id = :id")
            .bind("labels", LabelText.write(labels))
            .bind("id", id)
            .execute());
  }

  DeviceView view(String id) {
    return database.read(handle -> view(handle, id));
  }

  private static DeviceView view(Handle handle, String id) {
    return handle
        .createQuery("select * from devices where id = :id")
        .bind("id", id)
        .map((row, _) ->
            new DeviceView(
                row.getString("id"),
                row.getLong("version"),
                row.getString("labels"),
                row.getString("facts"),
                row.getString("models"),
                row.getString("assignment")))
        .one();
  }

  /** The release that the device is to run; 0 for whatever it has. */
  @Override
  public DesiredModel poll(String id) {
    return assigner.desired(view(id)).stream()
        .filter(desired -> desired.model().equals(MODEL))
        .findFirst()
        .orElse(new DesiredModel(MODEL, 0, 0, "nothing"));
  }

  /** Stores a report as fleet.device does, and tells the listener in the same transaction. */
  @Override
  public void report(String id, ModelStatus status, QualityRecord... quality) {
    database.change(handle -> report(handle, id, status, List.of(quality)));
  }

  private void report(Handle handle, String id, ModelStatus status, List<QualityRecord> quality) {
    handle
        .createUpdate("update devices set models = :models, reported_at = 1 where id = :id")
        .bind("models", Documents.text(Json.array(List.of(status.toJson()))))
        .bind("id", id)
        .execute();
    List<ReportListener.QualityDelta> deltas = new ArrayList<>();
    for (QualityRecord record : quality) {
      deltas.add(new ReportListener.QualityDelta(record, store(handle, id, record)));
    }
    reports.reported(
        handle,
        view(handle, id),
        new ReportListener.News(deltas, List.of(), List.of(), List.of(status)));
  }

  /** Tests send what is new in one go, so that it is the cumulative record, too. */
  private boolean store(Handle handle, String id, QualityRecord record) {
    return handle
            .createUpdate(
                "insert into device_quality (device, model, counter, run, side, first_at, last_at,"
                    + " requests, failed, document) values (:device, :model, :counter, :run, :side,"
                    + " 0, :now, :requests, :failed, :document) on conflict do nothing")
            .bind("device", id)
            .bind("model", record.model())
            .bind("counter", record.counter())
            .bind("run", record.run())
            .bind("side", record.side().text())
            .bind("now", clock.millis())
            .bind("requests", record.requests())
            .bind("failed", record.failed())
            .bind("document", Documents.text(record.toJson()))
            .execute()
        == 1;
  }

  static ModelStatus status(
      long active, long candidate, long fallback, String state, Map<Long, String> refused) {
    Map<String, Long> slots = new HashMap<>();
    slots.put("active", active);
    slots.put("candidate", candidate);
    slots.put("fallback", fallback);
    Digest digest = new Digest("0".repeat(64));
    return new ModelStatus(
        MODEL,
        state,
        START,
        "",
        0,
        slots.entrySet().stream()
            .filter(slot -> slot.getValue() != 0)
            .map(slot -> new SlotRecord(slot.getKey(), MODEL, slot.getValue(), "v", digest, digest))
            .toList(),
        refused.entrySet().stream()
            .map(refusal ->
                new RefusalRecord(MODEL, refusal.getKey(), refusal.getValue(), "found", START))
            .toList(),
        ModelStatus.Served.NOTHING);
  }

  @Override
  public void close() {
    decider.close();
    versions.close();
    database.close();
  }
}

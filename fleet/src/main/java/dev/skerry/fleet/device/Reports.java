package dev.skerry.fleet.device;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.device.ReportListener.QualityDelta;
import dev.skerry.fleet.store.Database;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * Takes in what devices say of themselves. Everything in a report is cumulative or numbered, so
 * that one that comes twice is stored once.
 */
public final class Reports {
  private final Database database;
  private final Devices devices;
  private final ReportListener listener;
  private final InstantSource time;

  public Reports(Database database, Devices devices, ReportListener listener, InstantSource time) {
    this.database = database;
    this.devices = devices;
    this.listener = listener;
    this.time = time;
  }

  /**
   * What was stored.
   *
   * @param acknowledged sequence number of the newest event that is stored
   * @param device as it is afterwards
   */
  public record Stored(long acknowledged, DeviceView device) {}

  /** Stores a report and tells the listener what is new in it, in one transaction. */
  public Stored store(Devices.Caller caller, DeviceReport report) {
    return database.write(handle -> {
      String id = caller.view().id();
      Devices.Known before = devices.locked(handle, id).orElseThrow(() -> Devices.missing(id));
      List<QualityDelta> quality = quality(handle, id, report.quality());
      List<EventRecord> events = events(handle, id, before.eventSequence(), report.events());
      long acknowledged = events.isEmpty() ? before.eventSequence() : events.getLast().sequence();
      List<ModelStatus> was = before.view().models();
      DeviceView after = update(handle, before.view(), report, acknowledged);
      Field.change(handle, was, report.models());
      if (!quality.isEmpty() || !events.isEmpty() || !after.equals(before.view())) {
        listener.reported(
            handle, after, new ReportListener.News(quality, events, was, report.models()));
      }
      return new Stored(acknowledged, after);
    });
  }

  private List<QualityDelta> quality(Handle handle, String device, List<QualityRecord> records) {
    List<QualityDelta> deltas = new ArrayList<>();
    for (QualityRecord record : records) {
      Quality.store(handle, device, record, time.millis()).ifPresent(deltas::add);
    }
    return deltas;
  }

  private List<EventRecord> events(
      Handle handle, String device, long stored, List<EventRecord> events) {
    List<EventRecord> fresh =
        events.stream()
            .filter(event -> event.sequence() > stored)
            .sorted(Comparator.comparingLong(EventRecord::sequence))
            .toList();
    if (fresh.isEmpty()) {
      return fresh;
    }
    try (PreparedBatch batch =
        handle.prepareBatch(
            "insert into device_events (device, sequence, at, received_at, model, counter, state,"
                + " event, message) values (:device, :sequence, :at, :now, :model, :counter,"
                + " :state, :event, :message) on conflict (device, sequence) do nothing")) {
      for (EventRecord event : fresh) {
        batch
            .bind("device", device)
            .bind("sequence", event.sequence())
            .bind("at", millis(event.at()))
            .bind("now", time.millis())
            .bind("model", event.model())
            .bind("counter", event.counter())
            .bind("state", event.state())
            .bind("event", event.event())
            .bind("message", event.text())
            .add();
      }
      batch.execute();
    }
    return fresh;
  }

  /** A device's clock may say anything. */
  private static long millis(Instant at) {
    return Math.clamp(at.getEpochSecond(), -1_000_000_000_000L, 1_000_000_000_000L) * 1000
        + at.getNano() / 1_000_000;
  }

  private DeviceView update(
      Handle handle, DeviceView before, DeviceReport report, long acknowledged) {
    Row row = row(handle, before.id());
    String facts = report.facts().map(given -> Texts.of(given.toJson())).orElse(row.facts);
    String own = LabelText.write(report.labels());
    String labels = LabelText.write(LabelText.merged(report.labels(), row.set));
    boolean changed = !labels.equals(row.labels) || !facts.equals(row.facts);
    long version = before.version() + (changed ? 1 : 0);
    String models =
        Texts.of(Json.array(report.models().stream().map(ModelStatus::toJson).toList()));
    handle
        .createUpdate(
            "update devices set facts = :facts, target = :target, agent = :agent,"
                + " own_labels = :own, labels = :labels, version = :version, models = :models,"
                + " event_sequence = :sequence, reported_at = :now where id = :id")
        .bind("facts", facts)
        .bind("target", report.facts().map(given -> given.target()).orElse(row.target))
        .bind("agent", report.facts().map(given -> given.agent()).orElse(row.agent))
        .bind("own", own)
        .bind("labels", labels)
        .bind("version", version)
        .bind("models", models)
        .bind("sequence", acknowledged)
        .bind("now", time.millis())
        .bind("id", before.id())
        .execute();
    return new DeviceView(before.id(), version, labels, facts, models, before.assignment());
  }

  private record Row(
      String facts, String target, String agent, Map<String, String> set, String labels) {}

  private static Row row(Handle handle, String id) {
    return handle
        .createQuery("select facts, target, agent, set_labels, labels from devices where id = :id")
        .bind("id", id)
        .map((row, _) ->
            new Row(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                LabelText.read(row.getString(4)),
                row.getString(5)))
        .one();
  }

  /** Events of a device, newest first. */
  public List<EventRecord> events(String device, long before, int most) {
    return database.read(handle ->
        handle
            .createQuery(
                "select * from device_events where device = :device and sequence < :before"
                    + " order by sequence desc limit :most")
            .bind("device", device)
            .bind("before", before)
            .bind("most", most)
            .map((row, _) ->
                new EventRecord(
                    row.getLong("sequence"),
                    Instant.ofEpochMilli(row.getLong("at")),
                    row.getString("model"),
                    row.getLong("counter"),
                    row.getString("state"),
                    row.getString("event"),
                    row.getString("message")))
            .list());
  }

  /** Figures of a device's releases, those that changed last first. */
  public List<QualityRecord> quality(String device, int most) {
    return database.read(handle ->
        handle
            .createQuery(
                "select document from device_quality where device = :device"
                    + " order by last_at desc limit :most")
            .bind("device", device)
            .bind("most", most)
            .map((row, _) -> quality(device, row.getString(1)))
            .list());
  }

  private static QualityRecord quality(String device, String document) {
    JsonObject json = Texts.object("quality of " + device, document);
    return QualityRecord.of(json);
  }
}

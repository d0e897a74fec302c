package dev.skerry.fleet.device;

import dev.skerry.fleet.device.ReportListener.QualityDelta;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.QualityRecord;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Figures of releases on devices. Devices send totals, so that a report that comes twice or late
 * changes nothing; what is new of them is the difference to what is stored.
 */
final class Quality {
  /** How often the row of a run that has nothing new is kept from ageing. */
  private static final long TOUCH_MILLIS = 24L * 3600 * 1000;

  private Quality() {}

  /** A run as it is stored. */
  private record Stored(QualityRecord record, long lastAt) {}

  /** Stores a total; what came since the last one, empty when nothing did. */
  static Optional<QualityDelta> store(
      Handle handle, String device, QualityRecord record, long now) {
    Optional<Stored> stored = find(handle, device, record);
    Optional<QualityDelta> delta =
        stored.isEmpty()
            ? Optional.of(new QualityDelta(record, true))
            : since(stored.get().record, record).map(added -> new QualityDelta(added, false));
    if (stored.isEmpty()) {
      insert(handle, device, record, now);
    } else if (delta.isPresent()) {
      update(handle, device, record, now);
    } else if (stored.get().lastAt < now - TOUCH_MILLIS) {
      update(handle, device, stored.get().record, now);
    }
    return delta;
  }

  /** Empty when {@code now} is {@code before}, or an earlier state of it. */
  private static Optional<QualityRecord> since(QualityRecord before, QualityRecord now) {
    if (now.equals(before)
        || now.requests() < before.requests()
        || now.failed() < before.failed()
        || !now.latency().contains(before.latency())) {
      return Optional.empty();
    }
    Optional<QualityRecord.Compared> shadow = now.shadow();
    if (before.shadow().isPresent()) {
      shadow = now.shadow().flatMap(later -> since(before.shadow().orElseThrow(), later));
      if (shadow.isEmpty() && now.shadow().isPresent()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new QualityRecord(
            now.model(),
            now.counter(),
            now.run(),
            now.side(),
            now.requests() - before.requests(),
            now.failed() - before.failed(),
            now.latency().minus(before.latency()),
            shadow,
            now.residentBytes()));
  }

  private static Optional<QualityRecord.Compared> since(
      QualityRecord.Compared before, QualityRecord.Compared now) {
    if (before.against() != now.against()) {
      return Optional.of(now); // compared with another release from now on
    }
    LatencySketch earlier = before.activeLatency();
    if (now.compared() < before.compared()
        || now.agreed() < before.agreed()
        || now.failed() < before.failed()
        || !now.activeLatency().contains(earlier)) {
      return Optional.empty();
    }
    return Optional.of(
        new QualityRecord.Compared(
            now.against(),
            now.compared() - before.compared(),
            now.agreed() - before.agreed(),
            now.failed() - before.failed(),
            now.activeLatency().minus(earlier)));
  }

  private static Optional<Stored> find(Handle handle, String device, QualityRecord record) {
    return handle
        .createQuery(
            "select document, last_at from device_quality where device = :device"
                + " and model = :model and counter = :counter and run = :run and side = :side")
        .bind("device", device)
        .bind("model", record.model())
        .bind("counter", record.counter())
        .bind("run", record.run())
        .bind("side", record.side().text())
        .map((row, _) ->
            new Stored(
                QualityRecord.of(Texts.object("quality of " + device, row.getString(1))),
                row.getLong(2)))
        .findOne();
  }

  private static void insert(Handle handle, String device, QualityRecord record, long now) {
    handle
        .createUpdate(
            "insert into device_quality (device, model, counter, run, side, first_at, last_at,"
                + " requests, failed, document) values (:device, :model, :counter, :run, :side,"
                + " :now, :now, :requests, :failed, :document)")
        .bind("device", device)
        .bind("model", record.model())
        .bind("counter", record.counter())
        .bind("run", record.run())
        .bind("side", record.side().text())
        .bind("now", now)
        .bind("requests", record.requests())
        .bind("failed", record.failed())
        .bind("document", Texts.of(record.toJson()))
        .execute();
  }

  private static void update(Handle handle, String device, QualityRecord record, long now) {
    handle
        .createUpdate(
            "update device_quality set last_at = :now, requests = :requests, failed = :failed,"
                + " document = :document where device = :device and model = :model"
                + " and counter = :counter and run = :run and side = :side")
        .bind("now", now)
        .bind("requests", record.requests())
        .bind("failed", record.failed())
        .bind("document", Texts.of(record.toJson()))
        .bind("device", device)
        .bind("model", record.model())
        .bind("counter", record.counter())
        .bind("run", record.run())
        .bind("side", record.side().text())
        .execute();
  }
}

package dev.skerry.fleet.rollout;

import dev.skerry.fleet.gate.Figures;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.QualityRecord;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** What devices measure of a release, as figures of a rollout. */
final class Quality {
  private Quality() {}

  /**
   * What came with one record.
   *
   * @param first whether the device is new among those that measured
   */
  static Figures figures(QualityRecord added, boolean first) {
    long devices = first ? 1 : 0;
    Figures figures =
        switch (added.side()) {
          case SERVED ->
              Figures.NONE.with(
                  new Figures.Served(
                      devices,
                      added.requests(),
                      added.failed(),
                      added.latency(),
                      LatencySketch.EMPTY));
          case SHADOW -> Figures.NONE;
        };
    if (added.side() == QualityRecord.Side.SERVED || added.shadow().isEmpty()) {
      return figures;
    }
    QualityRecord.Compared compared = added.shadow().get();
    return figures.with(
        new Figures.Shadow(
            devices,
            compared.compared(),
            compared.agreed(),
            compared.failed(),
            added.latency(),
            compared.activeLatency()));
  }

  /** Whether the device has no other run of this release on this side. */
  static boolean isFirstRun(Handle handle, String device, QualityRecord added) {
    return handle
            .createQuery(
                "select count(*) from device_quality where device = :device and model = :model"
                    + " and counter = :counter and side = :side and run <> :run")
            .bind("device", device)
            .bind("model", added.model())
            .bind("counter", added.counter())
            .bind("side", added.side().text())
            .bind("run", added.run())
            .mapTo(Integer.class)
            .one()
        == 0;
  }

  /**
   * How the release before did on the device in its last run: its latency, and its memory where
   * that of the new one is known, too.
   */
  static Figures before(Handle handle, String device, QualityRecord added, long before) {
    Optional<QualityRecord> last = lastServed(handle, device, added.model(), before);
    if (last.isEmpty()) {
      return Figures.NONE;
    }
    Figures figures =
        Figures.NONE.with(new Figures.Served(0, 0, 0, LatencySketch.EMPTY, last.get().latency()));
    return added.residentBytes().isPresent() && last.get().residentBytes().isPresent()
        ? figures.with(
            new Figures.Memory(
                1, added.residentBytes().getAsLong(), last.get().residentBytes().getAsLong()))
        : figures;
  }

  private static Optional<QualityRecord> lastServed(
      Handle handle, String device, String model, long counter) {
    return handle
        .createQuery(
            "select document from device_quality where device = :device and model = :model"
                + " and counter = :counter and side = 'served' order by last_at desc limit 1")
        .bind("device", device)
        .bind("model", model)
        .bind("counter", counter)
        .mapTo(String.class)
        .findOne()
        .map(text -> QualityRecord.of(Documents.object("quality of " + device, text)));
  }
}

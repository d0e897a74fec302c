package dev.skerry.agent.update;

import dev.skerry.agent.backend.Figures;
import dev.skerry.agent.backend.Measurements;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.RefusalRecord;
import dev.skerry.wire.SlotRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A device's life as the outside sees it. */
public final class Shown {
  private Shown() {}

  static ModelStatus status(
      String model, Life life, String doing, Figures figures, ModelStatus.Served served) {
    List<SlotRecord> slots = new ArrayList<>();
    life.active().ifPresent(slot -> slots.add(slot.shown("active")));
    life.candidate().ifPresent(slot -> slots.add(slot.shown("candidate")));
    life.fallback().ifPresent(slot -> slots.add(slot.shown("fallback")));
    List<RefusalRecord> refused =
        life.refused().stream().map(refusal -> refusal.shown(model)).toList();
    ModelStatus status =
        new ModelStatus(
            model, life.state().text(), life.since(), doing, life.floor(), slots, refused, served);
    return life.active().map(figures::backend).map(status::withBackend).orElse(status);
  }

  /** The status of a device that does not run, from its folder. */
  public static ModelStatus atRest(Disk disk, Path folder, String model) {
    Life life = LifeStore.open(disk, folder, Instant.EPOCH).current();
    Figures figures = new Figures(Measurements.open(disk, folder), "");
    return status(model, life, "does not run", figures, ModelStatus.Served.NOTHING);
  }
}

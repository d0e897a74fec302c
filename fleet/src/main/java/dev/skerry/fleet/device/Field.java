package dev.skerry.fleet.device;

import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.SlotRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Counts of devices by the release that they serve, changed as devices report. */
final class Field {
  private static final String ACTIVE = "active";

  private Field() {}

  /** One release of one model. */
  private record Served(String model, long counter) implements Comparable<Served> {
    @Override
    public int compareTo(Served other) {
      int byModel = model.compareTo(other.model);
      return byModel != 0 ? byModel : Long.compare(counter, other.counter);
    }
  }

  /** A device served what {@code before} says and serves what {@code now} says. */
  static void change(Handle handle, List<ModelStatus> before, List<ModelStatus> now) {
    // Sorted, so that two transactions never wait for each other.
    Map<Served, Integer> steps = new TreeMap<>();
    count(steps, before, -1);
    count(steps, now, 1);
    steps.forEach((served, step) -> {
      if (step != 0) {
        add(handle, served, step);
      }
    });
  }

  private static void count(Map<Served, Integer> steps, List<ModelStatus> models, int step) {
    for (ModelStatus model : models) {
      for (SlotRecord slot : model.slots()) {
        if (slot.place().equals(ACTIVE)) {
          steps.merge(new Served(model.model(), slot.counter()), step, Integer::sum);
        }
      }
    }
  }

  private static void add(Handle handle, Served served, int step) {
    handle
        .createUpdate(
            "insert into field (model, counter, devices) values (:model, :counter, :step)"
                + " on conflict (model, counter)"
                + " do update set devices = field.devices + excluded.devices")
        .bind("model", served.model())
        .bind("counter", served.counter())
        .bind("step", (long) step)
        .execute();
  }
}

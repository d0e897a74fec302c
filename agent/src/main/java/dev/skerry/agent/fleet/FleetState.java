package dev.skerry.agent.fleet;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.wire.Desired;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a device remembers of its fleet: what it should run, and which events the fleet has. On disk
 * before it counts, so that a device that is offline goes on where it was.
 */
final class FleetState {
  private static final long LIMIT_BYTES = 4 << 20;

  private final Disk disk;
  private final Path file;
  private Optional<Desired> desired = Optional.empty();
  private long acknowledged;

  private FleetState(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** What is in the folder; nothing when the file is damaged, since the fleet can tell it again. */
  static FleetState open(Disk disk, Path data) {
    FleetState state = new FleetState(disk, file(data));
    if (disk.isFile(state.file)) {
      try {
        state.read(
            JsonReader.readObject(state.file.toString(), disk.read(state.file, LIMIT_BYTES)));
      } catch (BundleException damaged) {
        state.desired = Optional.empty();
      }
    }
    return state;
  }

  static Path file(Path data) {
    return data.resolve("fleet").resolve("desired.json");
  }

  private void read(JsonObject json) {
    acknowledged = json.integer("acknowledged", 0);
    if (json.has("desired")) {
      desired = Optional.of(Desired.of(json.object("desired")));
    }
  }

  synchronized Optional<Desired> desired() {
    return desired;
  }

  /** Number of the newest event that the fleet has. */
  synchronized long acknowledged() {
    return acknowledged;
  }

  synchronized void want(Desired told) {
    write(Optional.of(told), acknowledged);
  }

  synchronized void acknowledge(long sequence) {
    if (sequence != acknowledged) {
      write(desired, sequence);
    }
  }

  private void write(Optional<Desired> told, long sequence) {
    Json.ObjectBuilder json = Json.object().put("acknowledged", sequence);
    told.ifPresent(wanted -> json.put("desired", wanted.toJson()));
    disk.replace(file, JsonWriter.pretty(json.build()));
    desired = told;
    acknowledged = sequence;
  }
}

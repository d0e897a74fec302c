package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The life of one model on disk: two files that are replaced in turn, each with a number and a
 * checksum. The one with the greater number counts; when a disk that lied about a sync has spoilt
 * it, the other one does, and its slots are still there because {@link #remembered} names them.
 */
final class LifeStore {
  private static final long LIMIT_BYTES = 1 << 20;

  private final Disk disk;
  private final List<Path> files;
  private long number;
  private Life current;
  private Optional<Life> previous = Optional.empty();

  private LifeStore(Disk disk, Path folder, Instant now) {
    this.disk = disk;
    this.files = List.of(folder.resolve("state-0.json"), folder.resolve("state-1.json"));
    this.current = Life.fresh(now);
  }

  /** Reads what is in {@code folder}; a fresh life when there is nothing that can be used. */
  static LifeStore open(Disk disk, Path folder, Instant now) {
    LifeStore store = new LifeStore(disk, folder, now);
    for (Path file : store.files) {
      store.read(file).ifPresent(store::take);
    }
    return store;
  }

  private record Numbered(long number, Life life) {}

  private void take(Numbered found) {
    if (found.number() > number) {
      previous = number == 0 ? Optional.empty() : Optional.of(current);
      number = found.number();
      current = found.life();
    } else {
      previous = Optional.of(found.life());
    }
  }

  /** Empty when the file is missing or damaged; the other one then counts. */
  private Optional<Numbered> read(Path file) {
    if (!disk.isFile(file) || disk.size(file).orElse(0L) > LIMIT_BYTES) {
      return Optional.empty();
    }
    try {
      JsonObject json = JsonReader.readObject(file.toString(), disk.read(file, LIMIT_BYTES));
      Json.Obj life = json.object("life").json();
      if (!json.text("sha256").equals(checksum(life))) {
        return Optional.empty();
      }
      return Optional.of(new Numbered(json.integer("number", 1), Life.of(json.object("life"))));
    } catch (BundleException | IllegalArgumentException | DateTimeException damaged) {
      return Optional.empty();
    }
  }

  private static String checksum(Json.Obj life) {
    return Digest.of(JsonWriter.pretty(life)).hex();
  }

  Life current() {
    return current;
  }

  /** Slots of this life and of the one before, which a damaged disk may bring back. */
  List<Slot> remembered() {
    List<Slot> slots = new ArrayList<>(current.slots());
    previous.ifPresent(life -> slots.addAll(life.slots()));
    return slots;
  }

  /** Writes {@code next}; it is durable when this returns, and current only then. */
  void write(Life next) {
    Json.Obj life = next.toJson();
    Json.Obj json =
        Json.object()
            .put("number", number + 1)
            .put("sha256", checksum(life))
            .put("life", life)
            .build();
    disk.replace(files.get((int) ((number + 1) % 2)), JsonWriter.pretty(json));
    number++;
    previous = Optional.of(current);
    current = next;
  }
}

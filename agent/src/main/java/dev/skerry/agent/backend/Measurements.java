package dev.skerry.agent.backend;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.Receipt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a device measured of one model's releases, kept on disk beside them: what their runs take,
 * and how their backends were chosen. Threads may use it at the same time.
 *
 * <p>Nothing here decides what may serve. When the file is damaged, all of it is measured again.
 */
public final class Measurements {
  private static final String FILE = "measured.json";
  private static final long LIMIT_BYTES = 1 << 20;

  /** Of each kind; the oldest go first. A device holds three releases at most. */
  private static final int MOST_KEPT = 8;

  private final Disk disk;
  private final Path file;
  private final List<RunProfile> profiles = new ArrayList<>();
  private final List<Contest> contests = new ArrayList<>();

  private Measurements(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  /** Reads what is in {@code folder}, that of one model. */
  public static Measurements open(Disk disk, Path folder) {
    Measurements measurements = new Measurements(disk, folder.resolve(FILE));
    measurements.read();
    return measurements;
  }

  private void read() {
    if (!disk.isFile(file) || disk.size(file).orElse(0L) > LIMIT_BYTES) {
      return;
    }
    try {
      JsonObject json = JsonReader.readObject(file.toString(), disk.read(file, LIMIT_BYTES));
      List<RunProfile> read = json.objects("profiles").stream().map(RunProfile::of).toList();
      contests.addAll(json.objects("contests").stream().map(Contest::of).toList());
      profiles.addAll(read);
    } catch (BundleException | IllegalArgumentException damaged) {
      contests.clear(); // it is measured again
    }
  }

  /** What runs take, if it was measured under the same conditions. */
  public synchronized Optional<RunProfile> profile(RunProfile.Key key) {
    return profiles.stream().filter(profile -> profile.key().equals(key)).findFirst();
  }

  /** Keeps {@code measured}; it is durable when this returns. */
  public synchronized void keep(RunProfile measured) {
    put(profiles, measured, known -> known.key().equals(measured.key()));
    write();
  }

  /** What came of the backends for that release, as far as they were tried. */
  public synchronized Optional<Contest> contest(Receipt release) {
    return contests.stream().filter(contest -> contest.isOf(release)).findFirst();
  }

  /** Keeps {@code changed}; it is durable when this returns. */
  public synchronized void keep(Contest changed) {
    put(contests, changed, changed::isOfSame);
    write();
  }

  private static <T> void put(List<T> all, T item, Predicate<T> same) {
    all.removeIf(same);
    all.add(item);
    if (all.size() > MOST_KEPT) {
      all.removeFirst();
    }
  }

  private void write() {
    Json.Obj json =
        Json.object()
            .put("profiles", profiles.stream().map(RunProfile::toJson).toList())
            .put("contests", contests.stream().map(Contest::toJson).toList())
            .build();
    disk.replace(file, JsonWriter.pretty(json));
  }
}

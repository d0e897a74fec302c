package dev.skerry.agent.update;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.wire.EventRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * The device's events, oldest first: lines of a checksum and JSON, appended and synced. A full file
 * becomes the old one, and the old one before it is deleted, so that the journal stays bounded. A
 * line that power cut in half is cut off.
 */
public final class Journal {
  /** A file that is longer becomes the old one. */
  static final long MOST_BYTES = 512 << 10;

  private static final long READ_LIMIT = 2 * MOST_BYTES;

  private final Disk disk;
  private final Path folder;
  private final Path file;
  private final Path old;
  private final Consumer<EventRecord> listener;
  private long sequence;

  private Journal(Disk disk, Path folder, Consumer<EventRecord> listener) {
    this.listener = listener;
    this.disk = disk;
    this.folder = folder;
    this.file = folder.resolve("events.log");
    this.old = folder.resolve("events.old");
  }

  /**
   * The journal in {@code folder}, ready to be written to: a broken end is cut off.
   *
   * @param listener is told of each event, after it was written
   */
  public static Journal open(Disk disk, Path folder, Consumer<EventRecord> listener) {
    disk.createFolders(folder);
    Journal journal = new Journal(disk, folder, listener);
    Lines lines = journal.lines(journal.file);
    if (lines.soundBytes() < disk.size(journal.file).orElse(0L)) {
      disk.truncate(journal.file, lines.soundBytes());
    }
    journal.sequence =
        journal.read(Integer.MAX_VALUE).stream().mapToLong(EventRecord::sequence).max().orElse(0);
    return journal;
  }

  /** Only reads, for a device that does not run. */
  public static List<EventRecord> read(Disk disk, Path folder, int most) {
    return new Journal(disk, folder, _ -> {}).read(most);
  }

  /** Appends {@code event} with the next number. */
  public synchronized void append(EventRecord event) {
    EventRecord numbered =
        new EventRecord(
            sequence + 1,
            event.at(),
            event.model(),
            event.counter(),
            event.state(),
            event.event(),
            event.text().replaceAll("\\p{Cntrl}+", " "));
    byte[] json = JsonWriter.canonical(numbered.toJson());
    byte[] line =
        "%08x %s\n"
            .formatted(checksum(json), new String(json, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    if (disk.size(file).orElse(0L) + line.length > MOST_BYTES) {
      disk.rename(file, old);
    }
    boolean made = !disk.isFile(file);
    try (Disk.Output out = disk.append(file)) {
      out.write(line);
      out.sync();
    }
    if (made) {
      disk.syncFolder(folder);
    }
    sequence++;
    listener.accept(numbered);
  }

  /** The newest {@code most} events, oldest first. */
  public synchronized List<EventRecord> read(int most) {
    List<EventRecord> events = new ArrayList<>(lines(old).events());
    events.addAll(lines(file).events());
    return List.copyOf(events.subList(Math.max(0, events.size() - most), events.size()));
  }

  /** The oldest {@code most} events that came after number {@code sequence}, oldest first. */
  public synchronized List<EventRecord> after(long sequence, int most) {
    if (sequence >= this.sequence) {
      return List.of();
    }
    return read(Integer.MAX_VALUE).stream()
        .filter(event -> event.sequence() > sequence)
        .limit(most)
        .toList();
  }

  /**
   * @param soundBytes length of the lines before the first damaged one
   */
  private record Lines(List<EventRecord> events, long soundBytes) {}

  private Lines lines(Path from) {
    if (!disk.isFile(from)) {
      return new Lines(List.of(), 0);
    }
    byte[] content = disk.read(from, READ_LIMIT);
    List<EventRecord> events = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        Optional<EventRecord> event =
            line(new String(content, start, i - start, StandardCharsets.UTF_8));
        if (event.isEmpty()) {
          break;
        }
        events.add(event.get());
        start = i + 1;
      }
    }
    return new Lines(events, start);
  }

  private static Optional<EventRecord> line(String line) {
    if (line.length() < 10) {
      return Optional.empty();
    }
    byte[] json = line.substring(9).getBytes(StandardCharsets.UTF_8);
    try {
      return "%08x".formatted(checksum(json)).equals(line.substring(0, 8))
          ? Optional.of(EventRecord.of(JsonReader.readObject("events.log", json)))
          : Optional.empty();
    } catch (BundleException e) {
      return Optional.empty(); // damaged, though its checksum is right by chance
    }
  }

  private static long checksum(byte[] json) {
    CRC32C checksum = new CRC32C();
    checksum.update(json);
    return checksum.getValue();
  }
}

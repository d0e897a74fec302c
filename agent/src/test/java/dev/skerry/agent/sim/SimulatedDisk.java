package dev.skerry.agent.sim;

import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.DiskFullException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps what was synced apart from what was only written, and loses, tears or
 * keeps the latter when power is cut. Operations that change something are counted from 1 on.
 *
 * <p>Content becomes durable by {@code sync}, a name (made, renamed or deleted) by {@code
 * syncFolder}. Of names that were not synced any may have reached the disk; a rename does so whole
 * or not at all.
 */
public final class SimulatedDisk implements Disk {
  /** What became of everything that was not synced. */
  public enum Loss {
    /** It is gone. */
    LOST,
    /** Some of it is there: names at random, files old, new, or in part, with garbage. */
    TORN,
    /** The disk happened to write all of it. */
    KEPT
  }

  private static final class File {
    byte[] content = new byte[0];
    byte[] durable = new byte[0];
  }

  /** Names that one operation changed; null where it took one away. */
  private record Change(Path folder, Map<Path, @Nullable File> names) {}

  private final Map<Path, File> names = new TreeMap<>();
  private final Map<Path, File> durableNames = new TreeMap<>();
  private final List<Change> pending = new ArrayList<>();
  private final Set<Path> folders = new TreeSet<>();
  private long capacity = Long.MAX_VALUE;
  private int operations;
  private int cutAt;
  private int failFrom;
  private int failTo;
  private boolean off;

  /** Operations so far that changed something. */
  public int operations() {
    return operations;
  }

  /** Cuts power just before the operation with this number, counted from now on. */
  public void cutAt(int operation) {
    cutAt = operations + operation;
  }

  /** Lets {@code count} operations fail, the first of them being this one, counted from now on. */
  public void failAt(int operation, int count) {
    failFrom = operations + operation;
    failTo = failFrom + count;
  }

  /** All files together may have this many bytes. */
  public void capacity(long bytes) {
    capacity = bytes;
  }

  /** An equal disk on which everything is durable, with nothing planned. */
  public SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk();
    names.forEach((path, file) -> copy.put(path, file.content));
    copy.folders.addAll(folders);
    return copy;
  }

  private void put(Path path, byte[] content) {
    File file = new File();
    file.content = content;
    file.durable = content;
    names.put(path, file);
    durableNames.put(path, file);
  }

  /** Power is back; what was not synced met with {@code loss}. */
  public void restart(Loss loss, long seed) {
    Random random = new Random(seed);
    Map<Path, File> found = new TreeMap<>(loss == Loss.KEPT ? names : durableNames);
    if (loss == Loss.TORN) {
      pending.stream().filter(_ -> random.nextBoolean()).forEach(change -> apply(change, found));
    }
    Map<File, byte[]> contents = new IdentityHashMap<>();
    found.values().forEach(file -> contents.putIfAbsent(file, survived(file, loss, random)));
    names.clear();
    durableNames.clear();
    pending.clear();
    found.forEach((path, file) -> put(path, contents.get(file)));
    off = false;
    cutAt = 0;
    failFrom = 0;
    failTo = 0;
  }

  private static byte[] survived(File file, Loss loss, Random random) {
    return switch (loss) {
      case LOST -> file.durable;
      case KEPT -> file.content;
      case TORN ->
          Arrays.equals(file.durable, file.content)
              ? file.content
              : switch (random.nextInt(4)) {
                case 0 -> file.durable;
                case 1 -> file.content;
                case 2 -> Arrays.copyOf(file.content, random.nextInt(file.content.length + 1));
                default -> garbled(file.content, random);
              };
    };
  }

  private static byte[] garbled(byte[] content, Random random) {
    byte[] garbled = content.clone();
    if (garbled.length > 0) {
      int from = random.nextInt(garbled.length);
      byte[] noise = new byte[Math.min(garbled.length - from, 1 + random.nextInt(64))];
      random.nextBytes(noise);
      System.arraycopy(noise, 0, garbled, from, noise.length);
    }
    return garbled;
  }

  /** Bytes of all files. */
  public long used() {
    return names.values().stream().mapToLong(file -> file.content.length).sum();
  }

  /** Flips a bit in the middle of a file, as a bad block would. */
  public void damage(Path path) {
    File file = file(path);
    byte[] damaged = file.content.clone();
    damaged[damaged.length / 2] ^= 1;
    file.content = damaged;
    file.durable = damaged;
  }

  /** Files of all folders, with their sizes. */
  public Map<Path, Long> files() {
    Map<Path, Long> sizes = new TreeMap<>();
    names.forEach((path, file) -> sizes.put(path, (long) file.content.length));
    return sizes;
  }

  private void change(String operation) {
    if (off) {
      throw new PowerCut(operation);
    }
    operations++;
    if (operations == cutAt) {
      off = true;
      throw new PowerCut(operation);
    }
    if (operations >= failFrom && operations < failTo) {
      throw new UncheckedIOException(new IOException("input/output error at " + operation));
    }
  }

  private static Path folderOf(Path path) {
    Path folder = path.getParent();
    return folder == null ? Path.of("") : folder;
  }

  private void rename(Change change) {
    apply(change, names);
    pending.add(change);
  }

  private static void apply(Change change, Map<Path, File> to) {
    change
        .names()
        .forEach((path, file) -> {
          if (file == null) {
            to.remove(path);
          } else {
            to.put(path, file);
          }
        });
  }

  private File file(Path path) {
    File file = names.get(path);
    if (file == null) {
      throw new UncheckedIOException(new NoSuchFileException(path.toString()));
    }
    return file;
  }

  private void requireFolder(Path path) {
    if (!folders.contains(folderOf(path))) {
      throw new UncheckedIOException(new NoSuchFileException(folderOf(path).toString()));
    }
  }

  @Override
  public boolean isFile(Path path) {
    return names.containsKey(path);
  }

  @Override
  public Optional<Long> size(Path file) {
    return Optional.ofNullable(names.get(file)).map(found -> (long) found.content.length);
  }

  @Override
  public List<Path> list(Path folder) {
    Set<Path> found = new HashSet<>();
    names.keySet().stream().filter(path -> folderOf(path).equals(folder)).forEach(found::add);
    folders.stream().filter(path -> folderOf(path).equals(folder)).forEach(found::add);
    return found.stream().sorted().toList();
  }

  @Override
  public InputStream open(Path file) {
    if (off) {
      throw new PowerCut("open " + file);
    }
    return new ByteArrayInputStream(file(file).content);
  }

  @Override
  public void createFolders(Path folder) {
    if (folders.contains(folder)) {
      return;
    }
    change("create " + folder);
    for (Path at = folder; at != null; at = at.getParent()) {
      folders.add(at);
    }
  }

  @Override
  public Output append(Path path) {
    requireFolder(path);
    change("append " + path);
    if (!names.containsKey(path)) {
      Map<Path, @Nullable File> made = new HashMap<>();
      made.put(path, new File());
      rename(new Change(folderOf(path), made));
    }
    return new SimulatedOutput(path, file(path));
  }

  @Override
  public void truncate(Path path, long size) {
    change("truncate " + path);
    File file = file(path);
    file.content = Arrays.copyOf(file.content, (int) size);
  }

  @Override
  public void rename(Path from, Path to) {
    if (!folderOf(from).equals(folderOf(to))) {
      throw new IllegalArgumentException("this disk renames within a folder only");
    }
    change("rename " + from);
    Map<Path, @Nullable File> renamed = new HashMap<>();
    renamed.put(to, file(from));
    renamed.put(from, null);
    rename(new Change(folderOf(from), renamed));
  }

  @Override
  public void delete(Path path) {
    if (!names.containsKey(path)) {
      return;
    }
    change("delete " + path);
    Map<Path, @Nullable File> deleted = new HashMap<>();
    deleted.put(path, null);
    rename(new Change(folderOf(path), deleted));
  }

  @Override
  public void syncFolder(Path folder) {
    change("sync folder " + folder);
    pending.stream()
        .filter(change -> change.folder().equals(folder))
        .forEach(change -> apply(change, durableNames));
    pending.removeIf(change -> change.folder().equals(folder));
  }

  @Override
  public long usableBytes(Path folder) {
    return Math.max(0, capacity - used());
  }

  private final class SimulatedOutput implements Output {
    private final Path path;
    private final File file;

    SimulatedOutput(Path path, File file) {
      this.path = path;
      this.file = file;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      change("write " + path);
      int room = (int) Math.min(length, usableBytes(path));
      byte[] longer = Arrays.copyOf(file.content, file.content.length + room);
      System.arraycopy(bytes, offset, longer, file.content.length, room);
      file.content = longer;
      if (room < length) {
        throw new UncheckedIOException(new DiskFullException("no space left for " + path));
      }
    }

    @Override
    public void sync() {
      change("sync " + path);
      file.durable = file.content;
    }

    @Override
    public void close() {}
  }
}

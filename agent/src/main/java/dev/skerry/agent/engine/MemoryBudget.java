package dev.skerry.agent.engine;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Main memory that the models of a device share: decides who is in it.
 *
 * <p>When one more does not fit, models that run nothing leave, those first whose return costs
 * least: a model is worth the time that loading it takes, times how often it was used since it came
 * and how much its class matters, over its size. What was worth as much as those that left last
 * counts from there on, so a model that nobody uses any more goes in the end.
 *
 * <p>Source: GreedyDual-Size with frequency, Cherkasova, "Improving WWW proxies performance with
 * greedy-dual-size-frequency caching policy", 1998.
 */
public final class MemoryBudget {
  private final long bytes;
  private final List<Resident> residents = new ArrayList<>();
  private double inflation;
  private long admissions;

  /** By label, of all that were ever here. */
  private final SortedMap<String, Moves> moves = new TreeMap<>();

  /**
   * How often the files of one model came and went.
   *
   * @param loads into memory
   * @param evictions to make room for others
   */
  public record Moves(long loads, long evictions) {
    Moves plus(Moves other) {
      return new Moves(loads + other.loads, evictions + other.evictions);
    }
  }

  /**
   * @param bytes for all models together
   */
  public MemoryBudget(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("a budget of " + bytes + " bytes");
    }
    this.bytes = bytes;
  }

  /** A model that is in memory, or is about to be. Guarded by its budget. */
  static final class Resident {
    final String label;

    /** From 0 on; smaller matters more, and those of 0 leave for their equals alone. */
    final int importance;

    private long size;
    private double cost;
    private long uses;
    private double worth;
    private int users;
    private @Nullable Runnable leave;

    Resident(String label, int importance) {
      this.label = label;
      this.importance = importance;
    }
  }

  /**
   * Makes room and takes it for {@code resident}, which is in use until {@link #release}.
   *
   * @param size bytes that it will take, as far as is known
   * @param leave frees it; called at any time while it is not in use, and must not wait
   * @throws SkerryException BUSY if there is no room, naming who has it
   */
  synchronized void admit(Resident resident, long size, Runnable leave) {
    if (size > bytes) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "model '%s' needs %s, and all models together may take %s"
              .formatted(resident.label, megabytes(size), megabytes(bytes)));
    }
    while (used() + size > bytes) {
      Resident victim =
          residents.stream()
              .filter(each -> each.users == 0 && (each.importance > 0 || resident.importance == 0))
              .min(Comparator.comparingDouble(each -> each.worth))
              .orElseThrow(() -> noRoom(resident, size));
      inflation = Math.max(inflation, victim.worth);
      evict(victim);
    }
    admissions++;
    moves.merge(resident.label, new Moves(1, 0), Moves::plus);
    resident.size = size;
    resident.leave = leave;
    resident.uses = 0;
    resident.users = 1;
    residents.add(resident);
  }

  private SkerryException noRoom(Resident resident, long size) {
    String who =
        residents.stream()
            .map(each -> "%s (%s)".formatted(each.label, megabytes(each.size)))
            .collect(Collectors.joining(", "));
    return new SkerryException(
        ErrorCode.BUSY,
        "there is no memory for model '%s': it needs %s of %s, which are taken by %s; try again"
            .formatted(resident.label, megabytes(size), megabytes(bytes), who));
  }

  /** It has been loaded, in so many microseconds. */
  synchronized void loaded(Resident resident, double micros) {
    resident.cost = micros;
    value(resident);
  }

  /** Models that were admitted so far. */
  synchronized long admissions() {
    return admissions;
  }

  /** It turned out to be of another size. */
  synchronized void resize(Resident resident, long size) {
    resident.size = size;
    while (used() > bytes) {
      Optional<Resident> victim =
          residents.stream()
              .filter(each -> each.users == 0)
              .min(Comparator.comparingDouble(each -> each.worth));
      if (victim.isEmpty()) {
        return; // those that run end; the next to be admitted finds them idle
      }
      evict(victim.get());
    }
  }

  /** Uses it, if it is still there. */
  synchronized boolean use(Resident resident) {
    if (!residents.contains(resident)) {
      return false;
    }
    resident.users++;
    resident.uses++;
    value(resident);
    return true;
  }

  synchronized void release(Resident resident) {
    resident.users--;
  }

  /** It has gone by itself, in use or not. */
  synchronized void gone(Resident resident) {
    residents.remove(resident);
  }

  private void value(Resident resident) {
    double weight = 1.0 / (1 << (2 * resident.importance));
    resident.worth =
        inflation + weight * (1 + resident.uses) * resident.cost / Math.max(1, resident.size);
  }

  private void evict(Resident victim) {
    residents.remove(victim);
    moves.merge(victim.label, new Moves(0, 1), Moves::plus);
    Runnable leave = victim.leave;
    if (leave != null) {
      leave.run();
    }
  }

  private long used() {
    return residents.stream().mapToLong(each -> each.size).sum();
  }

  /** Bytes that are taken, as far as is known. */
  public synchronized long usedBytes() {
    return used();
  }

  /** How often each model came and went so far, by label. */
  public synchronized SortedMap<String, Moves> moves() {
    return new TreeMap<>(moves);
  }

  /** What all models may take together. */
  public long bytes() {
    return bytes;
  }

  private static String megabytes(long size) {
    return "%.1f MB".formatted(size / 1e6);
  }
}

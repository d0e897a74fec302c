package dev.skerry.cli.scenario;

import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.OnLate;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.DescriptionTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Models and the load on each; what a scenario file says.
 *
 * @param seconds that one arm of the measurement takes
 * @param seed of inputs and random arrivals
 */
public record Scenario(double seconds, int seed, List<Load> loads) {
  private static final double MOST_SECONDS = 86_400;
  private static final double MOST_RATE = 1e6;
  private static final int MOST_CLIENTS = 64;

  public Scenario {
    loads = List.copyOf(loads);
  }

  /** What runs. */
  public sealed interface Source {
    /** An ONNX file. */
    record File(Path path) implements Source {}

    /** A chain of products of matrices of {@code size} rows and columns, made on the spot. */
    record Chain(int nodes, int size) implements Source {}
  }

  /** When requests come. */
  public enum Arrivals {
    /** At even distances, each moved by up to the jitter. */
    UNIFORM,
    /** At exponentially distributed distances. */
    POISSON,
    /** Each client's next one when its last is answered. */
    CLOSED,
    /** At the moments that a file names. */
    TRACE
  }

  /**
   * One model under load.
   *
   * @param rate requests a second, of uniform and Poisson arrivals
   * @param jitter by which uniform arrivals are late at most
   * @param clients threads that send them; a request waits while all are busy, which counts
   * @param trace milliseconds from the beginning
   */
  public record Load(
      String name,
      Source source,
      Terms terms,
      Arrivals arrivals,
      double rate,
      Duration jitter,
      int clients,
      List<Double> trace) {
    public Load {
      trace = List.copyOf(trace);
    }
  }

  /**
   * Reads a scenario; paths are relative to the file.
   *
   * @throws SkerryException BAD_DESCRIPTION with all problems at once
   */
  public static Scenario read(Path file) {
    try {
      Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
      return DescriptionTable.read(
          file.toString(), Files.readString(file), table -> read(table, folder));
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "cannot read the scenario %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Scenario read(DescriptionTable table, Path folder) {
    double seconds = table.number("seconds", 30, 0.1, MOST_SECONDS);
    int seed = table.count("seed", 1, Integer.MAX_VALUE);
    DescriptionTable all = table.table("load");
    List<Load> loads = new ArrayList<>();
    for (String name : all.names()) {
      DescriptionTable load = all.table(name);
      loads.add(load(name, load, folder));
      load.finish();
    }
    if (loads.isEmpty()) {
      table.problem("load", "there is none; add [load.NAME] with model = \"model.onnx\"");
    }
    return new Scenario(seconds, seed, loads);
  }

  private static Load load(String name, DescriptionTable table, Path folder) {
    Arrivals arrivals = table.choice("arrivals", Arrivals.values(), Arrivals.CLOSED);
    boolean needsRate = arrivals == Arrivals.UNIFORM || arrivals == Arrivals.POISSON;
    if (needsRate && !table.has("rate")) {
      table.problem("rate", "is missing: how many requests come in a second");
    }
    double rate = table.number("rate", 1, 1e-3, MOST_RATE);
    Terms terms =
        new Terms(
            table.choice("class", Importance.values(), Importance.NORMAL),
            millis(table, "deadline-ms"),
            needsRate ? Optional.of(Duration.ofNanos((long) (1e9 / rate))) : Optional.empty(),
            table.choice("on-late", OnLate.values(), OnLate.QUEUE),
            table.count("threads", 1, MOST_CLIENTS),
            Optional.empty());
    return new Load(
        name,
        source(table, folder),
        terms,
        arrivals,
        rate,
        millis(table, "jitter-ms").orElse(Duration.ZERO),
        table.count("clients", 1, MOST_CLIENTS),
        arrivals == Arrivals.TRACE ? trace(table, folder) : List.of());
  }

  private static Optional<Duration> millis(DescriptionTable table, String key) {
    if (!table.has(key)) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) (1e6 * table.number(key, 1, 0.001, 1e7))));
  }

  private static Source source(DescriptionTable table, Path folder) {
    if (table.has("chain-nodes")) {
      return new Source.Chain(
          table.count("chain-nodes", 64, 10_000), table.count("chain-size", 512, 4096));
    }
    return new Source.File(folder.resolve(table.requiredText("model", "model.onnx")).normalize());
  }

  /** One number a line. */
  private static List<Double> trace(DescriptionTable table, Path folder) {
    Path file = folder.resolve(table.requiredText("trace", "arrivals.txt"));
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> !line.isBlank())
          .map(line -> Double.parseDouble(line.strip()))
          .sorted()
          .toList();
    } catch (IOException | NumberFormatException e) {
      table.problem("trace", "cannot be read as one number of milliseconds a line: " + e);
      return List.of();
    }
  }
}

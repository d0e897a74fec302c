package dev.skerry.agent.config;

import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.OnLate;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.runtime.Nearest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The tables {@code [model.NAME]} of {@code agent.toml}: how each model is scheduled. */
final class ModelTables {
  private static final int MOST_RATE = 1_000_000;

  private ModelTables() {}

  /**
   * @param threads of a model that does not say
   * @param models that the file names; empty when the fleet names them
   */
  static SequencedMap<String, Terms> read(Reading read, int threads, List<String> models) {
    SequencedMap<String, Terms> terms = new LinkedHashMap<>();
    for (String model : read.names()) {
      if (!models.isEmpty() && !models.contains(model)) {
        read.problem(model, "is none of the models" + Nearest.hint(model, models));
      }
      terms.put(model, read.table(model, table -> terms(table, threads)));
    }
    return terms;
  }

  private static Terms terms(Reading read, int threads) {
    Importance importance = read.choice("class", Importance.values(), Importance.NORMAL);
    Optional<Duration> deadline = positive(read, "deadline");
    Optional<Duration> period = positive(read, "period");
    if (read.has("rate")) {
      if (period.isPresent()) {
        read.problem("rate", "says the same as period; leave one of them out");
      }
      double perSecond = read.number("rate", 1, 1e-6, MOST_RATE);
      period = Optional.of(Duration.ofNanos(Math.round(1e9 / perSecond)));
    }
    OnLate late = read.choice("on-late", OnLate.values(), OnLate.QUEUE);
    if (late != OnLate.QUEUE && deadline.isEmpty()) {
      read.problem("on-late", "needs a deadline, from which on a request is late");
    }
    return new Terms(
        importance,
        deadline,
        period,
        late,
        read.count("threads", threads, AgentConfig.MOST_THREADS),
        read.optionalBytes("memory"));
  }

  private static Optional<Duration> positive(Reading read, String key) {
    Optional<Duration> time = read.optionalTime(key);
    if (time.filter(Duration::isZero).isPresent()) {
      read.problem(key, "is 0");
    }
    return time.filter(given -> !given.isZero());
  }
}

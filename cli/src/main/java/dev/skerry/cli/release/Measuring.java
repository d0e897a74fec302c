package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.target.Machine;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Latency;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.SessionMemory;
import dev.skerry.runtime.SingleStream;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.metric.Evaluator;
import dev.skerry.runtime.metric.Score;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out what nobody said of a variant: how good it is, and what it takes on this machine. */
final class Measuring {
  private static final Duration TIMED = Duration.ofSeconds(1);
  private static final int MEMORY_RUNS = 3;

  private Measuring() {}

  /** The candidates with figures of accuracy, and of time and memory where this machine counts. */
  static List<Candidate> of(
      ModelDescription description, Model reference, SampleSource source, List<Candidate> all) {
    Machine here = Machine.here();
    List<Candidate> measured = new ArrayList<>();
    try (Evaluator evaluator = Evaluator.of(description, reference, source, 1)) {
      for (Candidate candidate : all) {
        try (ModelFile file = ModelReader.read(candidate.file())) {
          Score score = evaluator.score(file.model());
          SampleSource taken = RawInputs.of(description, file.model(), source);
          measured.add(
              candidate.with(quality(score), measured(candidate, taken.read(0).inputs(), here)));
        }
      }
    }
    return measured;
  }

  private static Variant.Quality quality(Score score) {
    return new Variant.Quality(
        score.metric().text(), Optional.of(score.value()), Optional.of(score.agreement()));
  }

  private static Variant.Measured measured(
      Candidate candidate, Map<String, Tensor> sample, Machine here) {
    SessionConfig config = SessionConfig.standard();
    Optional<Long> memory =
        SessionMemory.measure(candidate.file(), sample, config, MEMORY_RUNS)
            .map(SessionMemory::peakBytes)
            .filter(bytes -> bytes > 0);
    String machine =
        "%s, %d cores, 1 thread, ONNX Runtime %s"
            .formatted(here.cpu(), here.cores(), Engine.version());
    if (!candidate.target().includes(here)) {
      return new Variant.Measured(Optional.empty(), Optional.empty(), memory, machine);
    }
    Latency latency = latency(candidate, sample, config);
    return new Variant.Measured(
        Optional.of(latency.p50Nanos() / 1e3),
        Optional.of(latency.p99Nanos() / 1e3),
        memory,
        machine);
  }

  private static Latency latency(
      Candidate candidate, Map<String, Tensor> sample, SessionConfig config) {
    try (Session session = Session.open(candidate.file(), config);
        Binding binding =
            session.bind(sample, session.outputs().stream().map(ValueInfo::name).toList())) {
      return SingleStream.standard().withMinDuration(TIMED).measure(binding::run);
    }
  }
}

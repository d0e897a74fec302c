package dev.skerry.agent.update;

import dev.skerry.agent.backend.Figures;
import dev.skerry.agent.backend.RunProfile;
import dev.skerry.agent.backend.Trials;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.schedule.Turns;
import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.agent.traffic.Running;
import dev.skerry.agent.traffic.Traffic;
import dev.skerry.agent.validate.Blobs;
import dev.skerry.agent.validate.GoldenCheck;
import dev.skerry.agent.validate.GoldenSamples;
import dev.skerry.agent.validate.MeasuredLoad;
import dev.skerry.agent.validate.Probe;
import dev.skerry.agent.validate.ProbeFigures;
import dev.skerry.agent.validate.TurnTaking;
import dev.skerry.agent.validate.Verdict;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Has a candidate prove itself on the device before it sees a live request: it loads, answers the
 * golden inputs, and is fast and small enough beside what serves now.
 *
 * @param residentBytes main memory that the process has in use
 * @param turns of its runs
 * @param trials of the backends that may run it
 * @param figures keeps what was measured
 */
record Validator(
    Loader loader,
    Poller poller,
    Policy policy,
    Probe probe,
    Ticker ticker,
    Supplier<OptionalLong> residentBytes,
    Turns turns,
    Trials trials,
    Figures figures) {
  /** Golden samples that the probe runs in turns. */
  private static final int PROBED_SAMPLES = 8;

  /** Runs of the probe, of each model. */
  private static final int PROBE_LEAST_RUNS = 5;

  private static final int PROBE_MOST_RUNS = 500;

  static Validator of(
      World world,
      Traffic traffic,
      Policy policy,
      Loader loader,
      Poller poller,
      Trials trials,
      Figures figures) {
    return new Validator(
        loader,
        poller,
        policy,
        new Probe(policy.probing().time(), PROBE_LEAST_RUNS, PROBE_MOST_RUNS),
        world.ticker(),
        world.residentBytes(),
        traffic.turns(),
        trials,
        figures);
  }

  private SlotFolder folder() {
    return loader.folder();
  }

  /**
   * The candidate's verdict; one that passed is given loaded, and the caller owns it.
   *
   * @param active what serves now, if anything does
   */
  Step validate(Slot slot, Optional<Running> active) {
    return switch (loader.check(slot)) {
      case Loader.Checked.Damaged(String why) -> Step.happened(Event.DAMAGED, slot.counter(), why);
      case Loader.Checked.Intact intact -> {
        Optional<String> danger = trials.begin(slot);
        Step step =
            danger.isPresent()
                ? lost(slot, intact, Refusal.Reason.LOAD, danger.get())
                : validate(slot, intact, active);
        trials.survived(slot);
        yield step;
      }
    };
  }

  private Step validate(Slot slot, Loader.Checked.Intact intact, Optional<Running> active) {
    if (!goldenBlobs(intact).stream().allMatch(folder().blobs()::has)) {
      return Step.happened(Event.DAMAGED, slot.counter(), "golden vectors are missing");
    }
    GoldenInputs inputs = intact.release().release().golden();
    List<Map<String, Tensor>> samples;
    try {
      samples = GoldenSamples.first(PROBED_SAMPLES, inputs, blobs());
    } catch (TrustException | UncheckedIOException e) {
      return damagedGolden(slot, intact, e);
    } catch (BundleException e) {
      return failed(slot, Refusal.Reason.MALFORMED, e.getMessage());
    }
    MeasuredLoad load;
    try {
      load = MeasuredLoad.of(() -> loader.open(slot), samples.getFirst(), residentBytes);
    } catch (SkerryException e) {
      return lost(slot, intact, Refusal.Reason.LOAD, e.getMessage());
    }
    Step step = closingOnFailure(load.model(), () -> examine(slot, intact, active, samples, load));
    if (!(step instanceof Step.Happened happened && happened.loaded().isPresent())) {
      load.model().close();
    }
    return step;
  }

  private static Step closingOnFailure(LoadedModel model, Supplier<Step> work) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  private Step examine(
      Slot slot,
      Loader.Checked.Intact intact,
      Optional<Running> active,
      List<Map<String, Tensor>> samples,
      MeasuredLoad load) {
    Release release = intact.release().release();
    try {
      Verdict golden =
          GoldenCheck.check(
              new TurnTaking(load.model(), turns),
              release.golden(),
              intact.variant().goldenOutputs(),
              blobs());
      if (golden instanceof Verdict.Rejected(String reason, var _)) {
        return lost(slot, intact, Refusal.Reason.GOLDEN_VECTORS, reason);
      }
    } catch (TrustException | UncheckedIOException e) {
      return damagedGolden(slot, intact, e);
    } catch (BundleException e) {
      return failed(slot, Refusal.Reason.MALFORMED, e.getMessage());
    }
    try {
      ProbeFigures probed =
          probe.measure(load.model(), active.map(Running::model), samples, ticker, turns);
      Verdict verdict =
          probed.against(
              budget(intact.variant().budget()),
              load.residentBytes(),
              policy.probing().maxLatencyRatio());
      return switch (verdict) {
        case Verdict.Rejected(String reason, var _) -> tooMuch(slot, intact, reason);
        case Verdict.Accepted accepted ->
            obstacle(slot, samples.getFirst(), probed.candidate())
                .map(why -> tooMuch(slot, intact, why))
                .orElseGet(() ->
                    compared(slot, intact, samples, load, probed.candidate())
                        .orElseGet(() -> passed(slot, intact, active, load, accepted)));
      };
    } catch (SkerryException e) {
      return lost(
          slot, intact, Refusal.Reason.LOAD, "a run of the probe failed: " + e.getMessage());
    }
  }

  /** Why the device cannot do with such runs; keeps what they take if it can. */
  private Optional<String> obstacle(
      Slot slot, Map<String, Tensor> sample, ProbeFigures.Times times) {
    RunProfile profile = figures.profile(slot, times, () -> longestNode(slot, sample));
    Optional<String> obstacle =
        turns
            .obstacle(profile.costMicros(), profile.longestNodeMicros())
            .map(why -> "deadlines would be missed: " + why);
    if (obstacle.isEmpty()) {
      figures.keep(profile);
    }
    return obstacle;
  }

  private OptionalDouble longestNode(Slot slot, Map<String, Tensor> sample) {
    return loader.engine(slot).longestNodeMicros(folder().file(slot.file()), sample);
  }

  /** What is next when this backend is not the one that is chosen in the end. */
  private Optional<Step> compared(
      Slot slot,
      Loader.Checked.Intact intact,
      List<Map<String, Tensor>> samples,
      MeasuredLoad load,
      ProbeFigures.Times times) {
    OptionalDouble placed =
        loader.engine(slot).placedShare(folder().file(slot.file()), samples.getFirst());
    if (placed.isPresent() && placed.getAsDouble() == 0) {
      return Optional.of(
          lost(slot, intact, Refusal.Reason.LOAD, "it takes none of the model's nodes"));
    }
    trials.measured(slot, times.p50Micros(), isFaster(slot, samples, load));
    return trials
        .instead(slot, intact.release().release().ladders())
        .<Step>map(next -> tried(slot, "takes %.0f µs".formatted(times.p50Micros()), next));
  }

  /** Whether the candidate is faster than the best backend before it, the two in turns. */
  private boolean isFaster(Slot slot, List<Map<String, Tensor>> samples, MeasuredLoad load) {
    Optional<Slot> rival = trials.rival(slot);
    if (rival.isEmpty()) {
      return true;
    }
    try (LoadedModel before = loader.open(rival.get())) {
      return probe
          .measure(load.model(), Optional.of(before), samples, ticker, turns)
          .ratio()
          .filter(ratio -> ratio >= 1)
          .isEmpty();
    }
  }

  private static Step tried(Slot slot, String how, Slot next) {
    return Step.happened(
            Event.TRIED,
            slot.counter(),
            "%s on %s: %s; goes on with %s on %s"
                .formatted(slot.variant(), slot.backend(), how, next.variant(), next.backend()))
        .with(next);
  }

  /** The slot's backend cannot run the release; another may. */
  private Step lost(
      Slot slot, Loader.Checked.Intact intact, Refusal.Reason reason, @Nullable String why) {
    String text = String.valueOf(why);
    trials.refused(slot, text);
    return trials
        .instead(slot, intact.release().release().ladders())
        .<Step>map(next -> tried(slot, text, next))
        .orElseGet(() -> failed(slot, reason, text));
  }

  private Step passed(
      Slot slot,
      Loader.Checked.Intact intact,
      Optional<Running> active,
      MeasuredLoad load,
      Verdict.Accepted accepted) {
    Release release = intact.release().release();
    Optional<String> alone = whyAlone(release, active);
    String figures =
        new String(JsonWriter.pretty(accepted.evidence()), StandardCharsets.UTF_8)
            .replaceAll("\\s+", " ")
            .strip();
    return Step.happened(
            alone.isPresent() ? Event.PASSED_ALONE : Event.PASSED,
            slot.counter(),
            "answers the golden vectors, and the probe is within limits"
                + alone.map(why -> "; no shadow: " + why).orElse("")
                + " "
                + figures)
        .with(Loader.running(slot, intact.release(), intact.variant(), load.model()));
  }

  /** Why nothing can be shadowed; empty when it can. */
  private Optional<String> whyAlone(Release release, Optional<Running> active) {
    if (active.isEmpty()) {
      return Optional.of("nothing serves yet");
    }
    if (policy.shadow().share() == 0) {
      return Optional.of("its share is 0");
    }
    return comparable(release, active.get().release())
        ? Optional.empty()
        : Optional.of("the release before takes other inputs or makes other outputs");
  }

  /** Whether both take the same requests and their answers can be compared. */
  static boolean comparable(Release a, Release b) {
    return a.inputs().equals(b.inputs()) && a.outputs().equals(b.outputs());
  }

  private Variant.Budget budget(Variant.Budget ofRelease) {
    return new Variant.Budget(
        least(ofRelease.latencyMicros(), policy.limits().latencyMicros()),
        least(ofRelease.memoryBytes(), policy.limits().memoryBytes()));
  }

  private static <T extends Comparable<T>> Optional<T> least(Optional<T> a, Optional<T> b) {
    return Stream.of(a, b).flatMap(Optional::stream).min(Comparable::compareTo);
  }

  /** Too slow or too large: the next rung of the ladder, if there is one. */
  private Step tooMuch(Slot slot, Loader.Checked.Intact intact, String reason) {
    return poller
        .stepDown(intact.release(), slot)
        .<Step>map(next ->
            Step.happened(
                    Event.STEPPED_DOWN,
                    slot.counter(),
                    "%s is too much for this device (%s); tries %s"
                        .formatted(slot.variant(), reason, next.variant()))
                .with(next))
        .orElseGet(() -> lost(slot, intact, Refusal.Reason.PROBE, reason));
  }

  /** The golden vectors are fetched again. */
  private Step damagedGolden(Slot slot, Loader.Checked.Intact intact, RuntimeException why) {
    folder().forget(goldenBlobs(intact));
    return Step.happened(Event.DAMAGED, slot.counter(), String.valueOf(why.getMessage()));
  }

  private static List<Digest> goldenBlobs(Loader.Checked.Intact intact) {
    return Stream.concat(
            intact.release().release().golden().blobs().keySet().stream(),
            intact.variant().goldenOutputs().stream().map(output -> output.values().blob()))
        .toList();
  }

  private static Step failed(Slot slot, Refusal.Reason reason, @Nullable String evidence) {
    return Step.refused(Event.FAILED, slot.counter(), reason, String.valueOf(evidence));
  }

  private Blobs blobs() {
    return (Digest blob) -> folder().blobs().open(blob, 0);
  }
}

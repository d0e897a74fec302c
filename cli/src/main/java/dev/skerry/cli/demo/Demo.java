package dev.skerry.cli.demo;

import dev.skerry.bundle.json.Json;
import dev.skerry.cli.release.Candidate;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.fleet.rollout.Decision;
import dev.skerry.fleet.rollout.RolloutDetail;
import dev.skerry.fleet.rollout.State;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.wire.RefusalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Plays the story of three versions on one machine: the first is installed, the second is better
 * and passes its gates wave by wave, the third is subtly wrong and is stopped at its first device.
 */
final class Demo implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  /** A rollout on a model that takes its time; the sample needs a tenth. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Duration QUICKEST_CALLS = Duration.ofMillis(30);

  /** Of all processors' time that the devices' callers may take together. */
  private static final double BUSY_SHARE = 0.3;

  private static final List<String> ALL_AT_ONCE = List.of("100 %");
  private static final List<String> WAVE_BY_WAVE = List.of("1", "25 %", "100 %");

  private static final double NANOS_PER_MICRO = 1e3;

  private final ModelDescription description;
  private final DemoStory story;
  private final DemoVersions versions;
  private final Path folder;
  private final int port;
  private Optional<DemoFleet> fleet = Optional.empty();

  /**
   * What came of it.
   *
   * @param asOnPlan whether versions 1 and 2 run where they should and version 3 was stopped
   */
  record Outcome(
      double seconds,
      long devices,
      long onVersion2,
      String version2,
      String version3,
      String stoppedBy,
      long requests,
      long failed,
      long wrong,
      boolean asOnPlan) {
    Json.Obj toJson() {
      return Json.object()
          .put("seconds", seconds)
          .put("devices", devices)
          .put("on-version-2", onVersion2)
          .put("version-2", version2)
          .put("version-3", version3)
          .put("version-3-why", stoppedBy)
          .put("requests", requests)
          .put("failed", failed)
          .put("wrong", wrong)
          .put("as-on-plan", asOnPlan)
          .build();
    }
  }

  /**
   * @param folder for everything that is made
   * @param steps is told what is being done
   * @param port of the dashboard, 0 for any that is free
   */
  Demo(
      ModelDescription description,
      Path folder,
      DemoStory story,
      Consumer<String> steps,
      int port) {
    this.description = description;
    this.folder = folder;
    this.story = story;
    this.versions = DemoVersions.in(folder, description, steps);
    this.port = port;
  }

  /** The control plane and its devices, once they run. */
  DemoFleet fleet() {
    return fleet.orElseThrow();
  }

  Outcome play() throws IOException, InterruptedException {
    OptimizationReport report = versions.optimize();
    DemoVersions.Version first = versions.first();
    story.tell("version 1", told(first));
    DemoFleet running = DemoFleet.start(folder, versions.repository(), description.name(), port);
    fleet = Optional.of(running);
    References references = references(first);
    DemoDevice.Shadow shadow = DemoDevice.Shadow.expecting(disagreement(report));
    running.enrol(references, interval(report), shadow);
    story.tell(
        "fleet",
        "%d devices of %d target classes enrolled at %s"
            .formatted(DemoFleet.DEVICES, DemoVersions.TARGETS.size(), running.url()));
    RolloutDetail firstOut = rollOut("rollout 1", running, first, ALL_AT_ONCE, List.of());

    DemoVersions.Version second = versions.second();
    addAnswers(references, second);
    story.tell("version 2", told(second));
    RolloutDetail better = rollOut("rollout 2", running, second, WAVE_BY_WAVE, gates(shadow));

    DemoVersions.Version third = versions.third(second);
    story.tell(
        "version 3",
        "version 2 with noise in its weights: well formed, as fast, and %s of its answers differ"
            .formatted(DemoStory.percent(1 - third.agreement())));
    RolloutDetail worse = rollOut("rollout 3", running, third, WAVE_BY_WAVE, gates(shadow));
    for (RefusalRecord refusal : running.refusals(third.published().counter())) {
      story.tell("", "its first device says why: " + refusal.evidence());
    }
    return outcome(running, firstOut, better, worse);
  }

  private Outcome outcome(
      DemoFleet running, RolloutDetail first, RolloutDetail better, RolloutDetail worse)
      throws InterruptedException {
    long good = better.rollout().counter();
    if (better.rollout().state() == State.DONE) {
      waitUntil(() -> running.settledOn(good) == DemoFleet.DEVICES);
    }
    DemoDevice.Tally tally = running.tally();
    boolean asOnPlan =
        first.rollout().state() == State.DONE
            && better.rollout().state() == State.DONE
            && worse.rollout().state() == State.ROLLED_BACK
            && running.settledOn(good) == DemoFleet.DEVICES
            && tally.failed().get() == 0
            && tally.wrong().get() == 0;
    return new Outcome(
        story.seconds(),
        DemoFleet.DEVICES,
        running.settledOn(good),
        better.rollout().state().text(),
        worse.rollout().state().text(),
        worse.rollout().cause(),
        tally.asked().get(),
        tally.failed().get(),
        tally.wrong().get(),
        asOnPlan);
  }

  private static String told(DemoVersions.Version version) {
    return "%s (%s over the air, signed)"
        .formatted(
            DemoStory.variants(version.variants()), Figures.bytes(version.published().newBytes()));
  }

  private References references(DemoVersions.Version first) {
    try (ModelFile file = ModelReader.read(description.model());
        SampleSource source =
            description.data().validation() == null
                ? SampleSource.random(description, file.model(), References.MOST, 1)
                : SampleSource.validation(description, file.model())) {
      References references = new References(source);
      addAnswers(references, first);
      return references;
    }
  }

  private static void addAnswers(References references, DemoVersions.Version version) {
    version.candidates().stream().map(Candidate::file).forEach(references::add);
  }

  /** Largest share of validation data that a kept variant answers otherwise than the original. */
  private static double disagreement(OptimizationReport report) {
    return report.variants().stream()
        .filter(variant -> variant.file() != null)
        .map(OptimizationReport.Variant::agreement)
        .filter(Objects::nonNull)
        .mapToDouble(agreement -> 1 - agreement)
        .max()
        .orElse(0);
  }

  /** Between two calls of a device, so that all callers together leave time for the rest. */
  private static Duration interval(OptimizationReport report) {
    OptimizationReport.Latency latency = report.original().latency();
    double micros = latency == null ? 0 : latency.p50Micros();
    double processors = BUSY_SHARE * Runtime.getRuntime().availableProcessors();
    Duration needed =
        Duration.ofNanos((long) (micros * NANOS_PER_MICRO * DemoFleet.DEVICES / processors));
    return needed.compareTo(QUICKEST_CALLS) < 0 ? QUICKEST_CALLS : needed;
  }

  private static List<Json.Obj> gates(DemoDevice.Shadow shadow) {
    return List.of(
        gate("validation-failures == 0", 1),
        gate(
            String.format(
                Locale.ROOT, "shadow-disagreement <= %.1f %%", 200 * shadow.maxDisagreement()),
            50),
        gate("error-rate <= 1 %", 50),
        gate("shadow-latency-p50-ratio <= 2", 50));
  }

  private static Json.Obj gate(String expression, long minSample) {
    return Json.object()
        .put("expression", expression)
        .put("min-sample", minSample)
        .put("action", "roll back")
        .build();
  }

  /** Rolls a version out and tells what is decided, until there is nothing left to decide. */
  private RolloutDetail rollOut(
      String name,
      DemoFleet running,
      DemoVersions.Version version,
      List<String> sizes,
      List<Json.Obj> gates)
      throws InterruptedException {
    List<Json.Obj> waves = sizes.stream().map(Demo::wave).toList();
    long id =
        running.rollOut(
            Json.object()
                .put("model", description.name())
                .put("counter", version.published().counter())
                .put("waves", waves)
                .put("gates", gates)
                .build());
    int told = 0;
    long end = story.ticks() + PATIENCE.toNanos();
    while (true) {
      RolloutDetail detail = running.rollout(id);
      List<Decision> decisions = detail.decisions();
      for (Decision decision : decisions.subList(told, decisions.size())) {
        story.tell(name, DemoStory.told(decision));
      }
      told = decisions.size();
      if (isOver(detail.rollout().state())) {
        return detail;
      }
      if (story.ticks() > end) {
        throw new SkerryException(
            ErrorCode.BUDGET,
            "%s is not over after %d minutes: %s"
                .formatted(name, PATIENCE.toMinutes(), detail.rollout().why()));
      }
      pause();
    }
  }

  private static Json.Obj wave(String size) {
    return Json.object()
        .put("size", size)
        .put("soak", "1 s")
        .put("min-reports", 1)
        .put("timeout", "2 m")
        .build();
  }

  private static boolean isOver(State state) {
    return switch (state) {
      case WAITING, RUNNING, PAUSED, ROLLING_BACK -> false;
      case HELD, ROLLED_BACK, DONE, CANCELLED -> true;
    };
  }

  private void waitUntil(BooleanSupplier condition) throws InterruptedException {
    long end = story.ticks() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && story.ticks() < end) {
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    new CountDownLatch(1).await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    fleet.ifPresent(DemoFleet::close);
  }
}

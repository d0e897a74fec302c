package dev.skerry.fleet.gate;

import dev.skerry.wire.LatencySketch;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Holds gates against figures. */
public final class Evaluation {
  private static final double PERCENT = 100;

  private final Gate gate;
  private final Figures figures;

  private Evaluation(Gate gate, Figures figures) {
    this.gate = gate;
    this.figures = figures;
  }

  /** What {@code gate} says of {@code figures}. */
  public static GateResult of(Gate gate, Figures figures) {
    return new Evaluation(gate, figures).result();
  }

  /** What each of {@code gates} says, in order. */
  public static List<GateResult> of(List<Gate> gates, Figures figures) {
    return gates.stream().map(gate -> of(gate, figures)).toList();
  }

  private GateResult result() {
    Figures.Devices devices = figures.devices();
    boolean nothingBefore = devices.settled() > 0 && devices.fresh() == devices.settled();
    if (gate.metric().isComparison() && nothingBefore && sample() == 0) {
      return new GateResult(
          gate.expression(),
          Verdict.PASSED,
          0,
          0,
          GateResult.UNKNOWN,
          gate.limit(),
          0,
          "%s is not measured: no release ran before on %s"
              .formatted(gate.metric().words(), devices(devices.settled())));
    }
    return switch (gate.metric()) {
      case INSTALL_FAILURES ->
          rate(new Proportion(devices.installFailures(), devices.settled()), devices.settled());
      case VALIDATION_FAILURES ->
          rate(
              new Proportion(devices.validationFailures(gate.reason()), devices.settled()),
              devices.settled());
      case SHADOW_DISAGREEMENT -> rate(disagreement(), figures.shadow().devices());
      case ERROR_RATE ->
          rate(
              new Proportion(figures.served().failed(), figures.served().requests()),
              figures.served().devices());
      case LATENCY_P50_RATIO -> servedLatency(0.5);
      case LATENCY_P95_RATIO -> servedLatency(0.95);
      case SHADOW_LATENCY_P50_RATIO -> shadowLatency(0.5);
      case SHADOW_LATENCY_P95_RATIO -> shadowLatency(0.95);
      case MEMORY_RATIO -> memory();
    };
  }

  private long sample() {
    return switch (gate.metric()) {
      case INSTALL_FAILURES, VALIDATION_FAILURES -> figures.devices().settled();
      case SHADOW_DISAGREEMENT -> disagreement().trials();
      case ERROR_RATE -> figures.served().requests();
      case LATENCY_P50_RATIO, LATENCY_P95_RATIO ->
          Math.min(figures.served().latency().count(), figures.served().before().count());
      case SHADOW_LATENCY_P50_RATIO, SHADOW_LATENCY_P95_RATIO ->
          Math.min(figures.shadow().latency().count(), figures.shadow().active().count());
      case MEMORY_RATIO -> figures.memory().devices();
    };
  }

  /** A request that only the candidate failed was answered otherwise, too. */
  private Proportion disagreement() {
    Figures.Shadow shadow = figures.shadow();
    return new Proportion(
        shadow.compared() - shadow.agreed() + shadow.failed(), shadow.compared() + shadow.failed());
  }

  private GateResult rate(Proportion found, long devices) {
    return judged(
        found.exceeds(gate.limit(), gate.confidence()),
        found.rate(),
        found.atLeast(gate.confidence()),
        found.atMost(gate.confidence()),
        devices);
  }

  private GateResult servedLatency(double fraction) {
    Figures.Served served = figures.served();
    return latency(served.latency(), served.before(), fraction, served.devices());
  }

  private GateResult shadowLatency(double fraction) {
    Figures.Shadow shadow = figures.shadow();
    return latency(shadow.latency(), shadow.active(), fraction, shadow.devices());
  }

  /** Each side of the ratio may be wrong with half of what the gate may be wrong with. */
  private GateResult latency(
      LatencySketch times, LatencySketch before, double fraction, long devices) {
    if (sample() == 0) {
      return judged(false, 0, 0, GateResult.UNKNOWN, devices);
    }
    double confidence = (1 + gate.confidence()) / 2;
    QuantileBounds now = QuantileBounds.of(times, fraction, confidence);
    QuantileBounds then = QuantileBounds.of(before, fraction, confidence);
    double atLeast = now.low() / then.high();
    double atMost = now.high() / then.low();
    return judged(
        atLeast > gate.limit(),
        times.quantileMicros(fraction) / before.quantileMicros(fraction),
        atLeast,
        Double.isFinite(atMost) ? atMost : GateResult.UNKNOWN,
        devices);
  }

  /** Memory is read, not sampled: the figure is its own bound. */
  private GateResult memory() {
    Figures.Memory memory = figures.memory();
    if (memory.devices() == 0 || memory.before() == 0) {
      return judged(false, 0, 0, GateResult.UNKNOWN, memory.devices());
    }
    double ratio = (double) memory.bytes() / memory.before();
    boolean failed = memory.devices() >= gate.minSample() && ratio > gate.limit();
    return judged(failed, ratio, ratio, ratio, memory.devices());
  }

  private GateResult judged(
      boolean beyond, double figure, double atLeast, double atMost, long devices) {
    boolean failed = beyond && sample() >= gate.fewest();
    boolean enough = sample() >= gate.minSample();
    boolean within =
        gate.proof() && gate.limit() > 0
            ? atMost != GateResult.UNKNOWN && atMost <= gate.limit()
            : figure <= gate.limit();
    Verdict verdict =
        failed ? Verdict.FAILED : enough && within ? Verdict.PASSED : Verdict.UNDECIDED;
    return new GateResult(
        gate.expression(),
        verdict,
        figure,
        atLeast,
        atMost,
        gate.limit(),
        sample(),
        words(verdict, enough, figure, atLeast, atMost, devices));
  }

  private String words(
      Verdict verdict, boolean enough, double figure, double atLeast, double atMost, long devices) {
    if (sample() == 0) {
      return "%s: nothing measured yet, %d %s needed"
          .formatted(name(), gate.minSample(), gate.metric().sampleOf());
    }
    String measured = name() + " " + shown(figure);
    String base = base(devices);
    return switch (verdict) {
      case FAILED ->
          "%s%s exceeds %s %s"
              .formatted(measured, bound("at least", atLeast), gate.shownLimit(), base);
      case PASSED ->
          "%s%s is within %s %s"
              .formatted(measured, bound("at most", atMost), gate.shownLimit(), base);
      case UNDECIDED ->
          enough
              ? "%s%s is not shown to %s %s %s"
                  .formatted(
                      measured,
                      figure > gate.limit() ? bound("at least", atLeast) : bound("at most", atMost),
                      figure > gate.limit() ? "exceed" : "be within",
                      gate.shownLimit(),
                      base)
              : "%s so far %s, %d %s needed"
                  .formatted(measured, base, gate.minSample(), gate.metric().sampleOf());
    };
  }

  private String name() {
    return gate.reason().isEmpty()
        ? gate.metric().words()
        : "%s (%s)".formatted(gate.metric().words(), gate.reason());
  }

  private String base(long devices) {
    String sampleOf = gate.metric().sampleOf();
    return sampleOf.startsWith("devices")
        ? "on %d %s".formatted(sample(), sample() == 1 ? sampleOf.replaceFirst("s", "") : sampleOf)
        : "on %d %s of %s".formatted(sample(), sampleOf, devices(devices));
  }

  private static String devices(long number) {
    return number == 1 ? "1 device" : number + " devices";
  }

  private String bound(String which, double bound) {
    boolean counted = gate.limit() == 0 && gate.metric().isRate();
    if (bound == GateResult.UNKNOWN || gate.metric() == Metric.MEMORY_RATIO || counted) {
      return "";
    }
    return " (%s %s at %s %% confidence)"
        .formatted(which, shown(bound), percent(gate.confidence()));
  }

  private String shown(double value) {
    return gate.metric().isRate()
        ? String.format(Locale.ROOT, "%.1f %%", value * PERCENT)
        : String.format(Locale.ROOT, "%.2f", value);
  }

  private static String percent(double part) {
    String text = String.format(Locale.ROOT, "%.2f", part * PERCENT);
    return Objects.requireNonNull(text).replaceAll("\\.?0+$", "");
  }
}

package dev.skerry.cli.sample;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One synthetic recording of an accelerometer on a bearing housing.
 *
 * <p>A local defect sends a train of impulses through the structure, which rings at its resonances
 * (1). Their amplitude follows the load on the contact, q(θ) = (1 − (1 − cos θ) / 2ε)^1.5 within
 * the load zone and 0 outside (1): it stays the same on the outer race, turns with the shaft on the
 * inner race and with the cage on a ball, which strikes both races in turn. The balls slip, so the
 * strikes wander in phase by a percent or so (2). Imbalance is a force that turns with the shaft
 * and grows with the square of its speed. Every machine, healthy or not, also has harmonics of the
 * shaft, a gear mesh with sidebands, hum, stray knocks, and noise.
 *
 * <p>(1) P. D. McFadden and J. D. Smith, "Model for the vibration produced by a single point defect
 * in a rolling element bearing", Journal of Sound and Vibration 96 (1984). (2) R. B. Randall and J.
 * Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical Systems and Signal
 * Processing 25 (2011).
 */
final class Vibration {
  /** Samples per second, as in the Case Western Reserve University recordings. */
  static final int SAMPLE_RATE = 12_000;

  /** Samples of one recording: a third of a second, some ten turns of the shaft. */
  static final int LENGTH = 4_096;

  private static final Bearing BEARING = Bearing.SKF_6205;
  private static final int GEAR_TEETH = 23;
  private static final double HUM_HERTZ = 100;
  private static final double NOMINAL_RPM = 1_750;

  /** What a sample of 1.0 is in 16-bit steps; broadband noise has a standard deviation of 1. */
  private static final double STEPS = 2_000;

  /** Natural frequency, damping ratio and loudness of the housing's modes. */
  private static final List<Mode> MODES =
      List.of(new Mode(1_450, 0.05, 0.5), new Mode(2_900, 0.04, 1), new Mode(4_300, 0.03, 0.7));

  private record Mode(double hertz, double damping, double gain) {}

  private final RandomGenerator random;
  private final double load;
  private final double slip;
  private final double[] shaftRadians; // [LENGTH]
  private final List<Mode> modes;
  private final double turnsPerSecond;

  private Vibration(Conditions conditions, RandomGenerator random) {
    this.random = random;
    this.load = conditions.load().draw(random);
    this.slip = conditions.slip().draw(random);
    this.turnsPerSecond = conditions.speedRpm().draw(random) / 60;
    this.shaftRadians = shaftRadians();
    this.modes = MODES.stream().map(this::mounted).toList();
  }

  /**
   * A recording of a machine in the state {@code fault}.
   *
   * @return 16-bit samples [LENGTH]
   */
  static short[] record(Fault fault, Conditions conditions, RandomGenerator random) {
    Vibration machine = new Vibration(conditions, random);
    double[] signal = machine.noise(conditions.pinkShare().draw(random));
    machine.addHarmonics(signal, fault == Fault.IMBALANCE);
    add(signal, machine.ring(machine.knocks()), 1);
    double[] strikes = machine.strikes(fault);
    if (rms(strikes) > 0) {
      double[] ringing = machine.ring(strikes);
      double wanted = Math.pow(10, conditions.signalToNoiseDb().draw(random) / 20);
      add(signal, ringing, wanted * (0.8 + 0.4 * machine.load) / rms(ringing));
    }
    return quantized(signal, STEPS * random.nextDouble(0.7, 1.4));
  }

  /** The shaft's angle at every sample; its speed sways by some tenths of a percent. */
  private double[] shaftRadians() {
    double swayHertz = random.nextDouble(0.5, 3);
    double swayPhase = phase();
    double[] radians = new double[LENGTH];
    double angle = phase();
    for (int i = 0; i < LENGTH; i++) {
      radians[i] = angle;
      double sway = 0.004 * Math.sin(2 * Math.PI * swayHertz * i / SAMPLE_RATE + swayPhase);
      angle += 2 * Math.PI * turnsPerSecond * (1 + sway) / SAMPLE_RATE;
    }
    return radians;
  }

  /** A mode as this mounting has it: a few percent higher or lower, louder or softer. */
  private Mode mounted(Mode mode) {
    return new Mode(
        mode.hertz * random.nextDouble(0.93, 1.07),
        mode.damping * random.nextDouble(0.8, 1.25),
        mode.gain * random.nextDouble(0.6, 1.4));
  }

  /** Impulses of the defect [LENGTH]; all zero when the state has none. */
  private double[] strikes(Fault fault) {
    return switch (fault) {
      case HEALTHY, IMBALANCE -> new double[LENGTH];
      case OUTER_RACE -> train(BEARING.outerRaceOrder(), 0, 1);
      case INNER_RACE -> train(BEARING.innerRaceOrder(), 1, 1);
      case BALL -> train(2 * BEARING.ballSpinOrder(), BEARING.cageOrder(), 0.6);
    };
  }

  /**
   * An impulse train.
   *
   * @param order strikes per turn of the shaft
   * @param zoneOrder turns of the defect through the load zone per turn of the shaft
   * @param everyOther loudness of every second strike
   */
  private double[] train(double order, double zoneOrder, double everyOther) {
    double[] impulses = new double[LENGTH];
    double spacing = 2 * Math.PI / order;
    double next = shaftRadians[0] + random.nextDouble() * spacing;
    double zoneStart = zoneOrder == 0 ? random.nextDouble(-0.5, 0.5) : phase();
    int count = 0;
    for (int i = 1; i < LENGTH; i++) {
      if (shaftRadians[i] >= next) {
        double late = (shaftRadians[i] - next) / (shaftRadians[i] - shaftRadians[i - 1]);
        double loud = count++ % 2 == 0 ? 1 : everyOther;
        double strength =
            loud * zoneLoad(zoneOrder * next + zoneStart) * random.nextDouble(0.85, 1.15);
        impulses[i] += strength * (1 - late);
        impulses[i - 1] += strength * late;
        next += spacing * (1 + slip * random.nextGaussian());
      }
    }
    return impulses;
  }

  /** Load on a contact {@code radians} away from the middle of the load zone, from 0 to 1. */
  private double zoneLoad(double radians) {
    double spread = 0.35 + 0.15 * load; // ε: half of the ring carries at 0.5
    double relative = 1 - (1 - Math.cos(radians)) / (2 * spread);
    return relative > 0 ? Math.pow(relative, 1.5) : 0;
  }

  /** Impulses of no rhythm, such as particles in the lubricant, in every machine. */
  private double[] knocks() {
    double[] impulses = new double[LENGTH];
    for (int left = random.nextInt(12); left > 0; left--) {
      impulses[random.nextInt(LENGTH)] = random.nextGaussian() * 1.5;
    }
    return impulses;
  }

  /** What the structure makes of {@code force}: a sum of damped two-pole resonators. */
  private double[] ring(double[] force) {
    double[] sum = new double[LENGTH];
    for (Mode mode : modes) {
      double omega = 2 * Math.PI * mode.hertz / SAMPLE_RATE;
      double decay = Math.exp(-mode.damping * omega);
      double first = 2 * decay * Math.cos(omega * Math.sqrt(1 - mode.damping * mode.damping));
      double last = 0;
      double beforeLast = 0;
      for (int i = 0; i < LENGTH; i++) {
        double now = first * last - decay * decay * beforeLast + force[i];
        sum[i] += mode.gain * now;
        beforeLast = last;
        last = now;
      }
    }
    return sum;
  }

  private void addHarmonics(double[] signal, boolean imbalance) {
    double speed = Math.pow(turnsPerSecond * 60 / NOMINAL_RPM, 2);
    double once = speed * (imbalance ? random.nextDouble(0.6, 1.8) : random.nextDouble(0.05, 0.5));
    addOrder(signal, 1, once);
    addOrder(signal, 2, random.nextDouble(0.02, 0.3));
    addOrder(signal, 3, random.nextDouble(0.01, 0.15));
    double mesh = 0.25 * load * random.nextDouble(0.5, 1.5);
    addOrder(signal, GEAR_TEETH, mesh);
    addOrder(signal, GEAR_TEETH - 1, mesh * random.nextDouble(0.2, 0.6));
    addOrder(signal, GEAR_TEETH + 1, mesh * random.nextDouble(0.2, 0.6));
    addOrder(signal, HUM_HERTZ / turnsPerSecond, random.nextDouble(0, 0.3));
  }

  private void addOrder(double[] signal, double order, double amplitude) {
    double start = phase();
    for (int i = 0; i < LENGTH; i++) {
      signal[i] += amplitude * Math.sin(order * shaftRadians[i] + start);
    }
  }

  /** Broadband noise of standard deviation 1: pink, white, and white through the structure. */
  private double[] noise(double pinkShare) {
    double structureShare = (1 - pinkShare) * random.nextDouble(0.2, 0.7);
    double[] sum = new double[LENGTH];
    addPower(sum, pink(), pinkShare);
    addPower(sum, ring(white()), structureShare);
    addPower(sum, white(), 1 - pinkShare - structureShare);
    return sum;
  }

  private double[] white() {
    double[] values = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = random.nextGaussian();
    }
    return values;
  }

  /**
   * Noise whose power falls off as 1/f: first-order low-passes an octave and a half apart, equally
   * loud.
   */
  private double[] pink() {
    double[] sum = new double[LENGTH];
    for (double hertz = 5; hertz < SAMPLE_RATE / 2.0; hertz *= 3) {
      double keep = Math.exp(-2 * Math.PI * hertz / SAMPLE_RATE);
      double drive = Math.sqrt(1 - keep * keep);
      double state = random.nextGaussian();
      for (int i = 0; i < LENGTH; i++) {
        state = keep * state + drive * random.nextGaussian();
        sum[i] += state;
      }
    }
    return sum;
  }

  private double phase() {
    return random.nextDouble(2 * Math.PI);
  }

  private static void addPower(double[] signal, double[] part, double power) {
    add(signal, part, Math.sqrt(power) / rms(part));
  }

  private static void add(double[] signal, double[] part, double gain) {
    for (int i = 0; i < signal.length; i++) {
      signal[i] += gain * part[i];
    }
  }

  private static double rms(double[] signal) {
    double sum = 0;
    for (double value : signal) {
      sum += value * value;
    }
    return Math.sqrt(sum / signal.length);
  }

  private static short[] quantized(double[] signal, double steps) {
    short[] samples = new short[signal.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (short) Math.clamp(Math.round(signal[i] * steps), -32_768, 32_767);
    }
    return samples;
  }
}

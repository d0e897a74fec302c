package dev.skerry.agent.sim;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a simulated model does; its file begins with it.
 *
 * @param shift what it adds to its input
 * @param micros time of a run
 * @param bytes of memory that it takes when loaded
 * @param loads whether the engine takes it
 * @param fails share of live requests that it fails
 * @param differs share of live requests that it answers otherwise than others do
 * @param slowdown factor on {@code micros} for live requests
 */
public record Behaviour(
    double shift,
    double micros,
    long bytes,
    boolean loads,
    double fails,
    double differs,
    double slowdown) {
  /** A model that is as it should be. */
  public static final Behaviour GOOD = new Behaviour(1, 100, 1000, true, 0, 0, 1);

  /** Length of the form in a file. */
  static final int FORM_BYTES = 120;

  public Behaviour shift(double changed) {
    return new Behaviour(changed, micros, bytes, loads, fails, differs, slowdown);
  }

  public Behaviour micros(double changed) {
    return new Behaviour(shift, changed, bytes, loads, fails, differs, slowdown);
  }

  public Behaviour bytes(long changed) {
    return new Behaviour(shift, micros, changed, loads, fails, differs, slowdown);
  }

  public Behaviour unloadable() {
    return new Behaviour(shift, micros, bytes, false, fails, differs, slowdown);
  }

  public Behaviour fails(double share) {
    return new Behaviour(shift, micros, bytes, loads, share, differs, slowdown);
  }

  public Behaviour differs(double share) {
    return new Behaviour(shift, micros, bytes, loads, fails, share, slowdown);
  }

  public Behaviour slowdown(double factor) {
    return new Behaviour(shift, micros, bytes, loads, fails, differs, factor);
  }

  byte[] toBytes() {
    String form =
        "%s %s %d %s %s %s %s;".formatted(shift, micros, bytes, loads, fails, differs, slowdown);
    return Arrays.copyOf(form.getBytes(StandardCharsets.UTF_8), FORM_BYTES);
  }

  static Behaviour of(byte[] file) {
    String form = new String(file, 0, FORM_BYTES, StandardCharsets.UTF_8);
    String[] parts = form.substring(0, form.indexOf(';')).split(" ");
    return new Behaviour(
        Double.parseDouble(parts[0]),
        Double.parseDouble(parts[1]),
        Long.parseLong(parts[2]),
        Boolean.parseBoolean(parts[3]),
        Double.parseDouble(parts[4]),
        Double.parseDouble(parts[5]),
        Double.parseDouble(parts[6]));
  }
}

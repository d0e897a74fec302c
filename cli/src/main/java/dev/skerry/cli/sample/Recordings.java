package dev.skerry.cli.sample;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A set of labelled recordings, as many of each class, all of {@link Vibration#LENGTH} samples.
 *
 * @param samples 16-bit samples by recording
 * @param faults the class of each recording
 */
record Recordings(List<short[]> samples, List<Fault> faults) {
  Recordings {
    samples = List.copyOf(samples);
    faults = List.copyOf(faults);
  }

  /** {@code perClass} recordings of every class, class by class; the same for the same seed. */
  static Recordings generate(Conditions conditions, int perClass, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<short[]> samples = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      for (int i = 0; i < perClass; i++) {
        samples.add(Vibration.record(fault, conditions, random.split()));
        faults.add(fault);
      }
    }
    return new Recordings(samples, faults);
  }

  int size() {
    return samples.size();
  }

  /** Every {@code stride}-th recording. */
  Recordings every(int stride) {
    int[] kept = IntStream.range(0, size()).filter(i -> i % stride == 0).toArray();
    return new Recordings(
        IntStream.of(kept).mapToObj(samples::get).toList(),
        IntStream.of(kept).mapToObj(faults::get).toList());
  }

  /** Recordings {@code from} (inclusive) to {@code to} (exclusive) as the model takes them. */
  float[] signals(int from, int to) {
    float[] values = new float[(to - from) * Vibration.LENGTH]; // [to - from, LENGTH], in -1..1
    for (int i = from; i < to; i++) {
      short[] recording = samples.get(i);
      int start = (i - from) * Vibration.LENGTH;
      for (int t = 0; t < recording.length; t++) {
        values[start + t] = recording[t] / 32_768f;
      }
    }
    return values;
  }
}

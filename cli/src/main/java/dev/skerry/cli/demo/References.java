package dev.skerry.cli.demo;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.data.SampleSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Inputs that the demo's devices are asked about, and what good versions answer: an answer that
 * none of them gives is wrong.
 */
final class References {
  static final int MOST = 48;

  /** Of the largest value; the same file gives the same bits but for the engine's choices. */
  private static final double TOLERANCE = 1e-5;

  private final List<Map<String, Tensor>> inputs = new ArrayList<>();

  /** Answers of each file, by file, in the order of inputs. */
  private final SequencedMap<Path, List<Map<String, Tensor>>> answers = new LinkedHashMap<>();

  References(SampleSource source) {
    source
        .limit(MOST)
        .forEach(sample -> {
          Map<String, Tensor> kept = new LinkedHashMap<>();
          sample.inputs().forEach((name, tensor) -> kept.put(name, tensor.copy()));
          inputs.add(kept);
        });
  }

  int size() {
    return inputs.size();
  }

  Map<String, Tensor> input(int index) {
    return inputs.get(index);
  }

  /** Takes what the model in {@code file} answers as right. */
  void add(Path file) {
    try (Session session = Session.open(file, SessionConfig.standard())) {
      List<Map<String, Tensor>> given = new ArrayList<>();
      inputs.forEach(input -> given.add(session.run(input)));
      synchronized (answers) {
        answers.put(file, given);
      }
    }
  }

  /** Whether one of the files that were added answers so. */
  boolean isRight(int index, Map<String, Tensor> answer) {
    synchronized (answers) {
      return answers.values().stream().anyMatch(given -> same(given.get(index), answer));
    }
  }

  private static boolean same(Map<String, Tensor> wanted, Map<String, Tensor> given) {
    for (Map.Entry<String, Tensor> output : wanted.entrySet()) {
      Tensor other = given.get(output.getKey());
      if (other == null || !same(output.getValue(), other)) {
        return false;
      }
    }
    return wanted.size() == given.size();
  }

  private static boolean same(Tensor wanted, Tensor given) {
    if (wanted.contentEquals(given)) {
      return true;
    }
    if (!wanted.type().isFloating() || wanted.elementCount() != given.elementCount()) {
      return false;
    }
    float[] a = wanted.toFloats();
    float[] b = given.toFloats();
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i]));
      difference = Math.max(difference, Math.abs(a[i] - b[i]));
    }
    return difference <= TOLERANCE * largest;
  }
}

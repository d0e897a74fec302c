package dev.skerry.graph;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Measures how long reading a model takes and how much heap: {@code ReaderBench FILE RUNS}, or
 * makes a large model to read: {@code ReaderBench generate FILE MEGABYTES}. The figures in
 * docs/bench.md come from here.
 */
final class ReaderBench {
  private static final int LAYER_BYTES = 4 << 20;

  private ReaderBench() {}

  public static void main(String[] args) {
    if (args[0].equals("generate")) {
      ModelWriter.write(layers(Integer.parseInt(args[2]) / 4), Path.of(args[1]));
    } else {
      measure(Path.of(args[0]), Integer.parseInt(args[1]), System.out);
    }
  }

  private static Model layers(int count) {
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      weights.put(
          "w" + i, Tensor.ofFloats(new long[] {LAYER_BYTES / 4}, new float[LAYER_BYTES / 4]));
      nodes.add(Models.node("Add", (i == 0 ? "x" : "h" + (i - 1)) + " w" + i, "h" + i));
    }
    Graph graph = Models.graph(List.of("x"), List.of("h" + (count - 1)), nodes);
    return Models.model(graph.withInitializers(weights));
  }

  private static void measure(Path file, int runs, PrintStream out) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long[] nanos = new long[runs];
    long heap = 0;
    for (int i = 0; i < runs; i++) {
      long heapBefore = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      try (ModelFile model = ModelReader.read(file)) {
        nanos[i] = System.nanoTime() - start;
        heap = threads.getCurrentThreadAllocatedBytes() - heapBefore;
        if (model.model().graph().nodes().isEmpty()) {
          throw new IllegalStateException("no nodes in " + file);
        }
      }
    }
    long first = nanos[0];
    Arrays.sort(nanos);
    out.printf(
        "%s: first %.2f ms, median %.3f ms of %d, heap %,d bytes%n",
        file, first / 1e6, nanos[runs / 2] / 1e6, runs, heap);
  }
}

package dev.skerry.optimize.quantize;

import dev.skerry.graph.Attribute;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.Emitter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A constant of windowed cosines and sines, as a convolution computes a spectrum with: row k is
 * w[n] cos(2πkn/N), row F + k is ±w[n] sin(2πkn/N). Stored as its window and the nodes that compute
 * the rest, which the engine folds when it loads the model.
 *
 * @param frequencies F
 * @param window [N]
 * @param negative whether sines are subtracted
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record FourierBasis(int frequencies, float[] window, boolean negative) {
  /** Elements below which the nodes take what they save. */
  private static final long LEAST_ELEMENTS = 4096;

  /** By how much elements may be off, as a share of the largest: a few roundings of 32 bits. */
  private static final double TOLERANCE = 3e-7;

  /** {@code graph} with every constant of that form computed from its window. */
  static Graph compact(Graph graph) {
    Emitter emit = new Emitter(graph, "fourier/");
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>(graph.initializers());
    Map<String, FourierBasis> found = new LinkedHashMap<>();
    graph
        .initializers()
        .forEach((name, tensor) -> {
          boolean inside =
              !graph.outputNames().contains(name)
                  && graph.inputs().stream().noneMatch(input -> input.name().equals(name));
          if (inside) {
            of(tensor).ifPresent(basis -> found.put(name, basis));
          }
        });
    if (found.isEmpty()) {
      return graph;
    }
    found.forEach((name, basis) -> {
      Tensor whole = Objects.requireNonNull(constants.remove(name));
      emit.into(name, "Reshape", basis.emitted(emit), emit.longs(whole.dims()));
    });
    Graph before =
        emit.appendedTo(
            new Graph("", List.of(), List.of(), List.of(), constants, List.of(), Bytes.EMPTY));
    List<Node> nodes = new ArrayList<>(before.nodes());
    nodes.addAll(graph.nodes());
    return graph.withNodes(nodes).withInitializers(before.initializers());
  }

  /** The form of {@code tensor}, whose rows are its first axis; empty when it has none. */
  static Optional<FourierBasis> of(Tensor tensor) {
    if (tensor.type() != DataType.FLOAT
        || tensor.elementCount() < LEAST_ELEMENTS
        || tensor.rank() < 2
        || tensor.dim(0) % 2 != 0) {
      return Optional.empty();
    }
    int frequencies = (int) tensor.dim(0) / 2;
    float[] values = tensor.toFloats();
    int size = values.length / (2 * frequencies);
    if (size % 4 != 0 || frequencies < 2) {
      return Optional.empty();
    }
    float[] window = new float[size];
    System.arraycopy(values, 0, window, 0, size);
    for (boolean negative : new boolean[] {true, false}) {
      FourierBasis basis = new FourierBasis(frequencies, window, negative);
      if (basis.gives(values)) {
        return Optional.of(basis);
      }
    }
    return Optional.empty();
  }

  private boolean gives(float[] values) {
    double largest = 0;
    for (float value : window) {
      largest = Math.max(largest, Math.abs(value));
    }
    int size = window.length;
    for (int i = 0; i < values.length; i++) {
      int row = i / size;
      long steps =
          (long) (row % frequencies) * (i % size) + (row < frequencies ? size / 4 : sine());
      double wanted = window[i % size] * Math.sin(2 * Math.PI * (steps % size) / size);
      if (!(Math.abs(values[i] - wanted) <= TOLERANCE * largest)) {
        return false;
      }
    }
    return largest > 0;
  }

  /** By how many of N steps a sine is shifted that is added, or subtracted. */
  private int sine() {
    return negative ? window.length / 2 : 0;
  }

  /** [2 · frequencies, N], computed from constants. */
  private String emitted(Emitter emit) {
    int size = window.length;
    String rows = emit.reshape(range(emit, frequencies), -1, 1);
    String steps = emit.op("Mul", rows, emit.reshape(range(emit, size), 1, -1));
    String all =
        emit.op(
            "Concat",
            Map.of("axis", Attribute.of(0)),
            emit.op("Add", steps, emit.longs(size / 4)), // a cosine is a sine a quarter further
            emit.op("Add", steps, emit.longs(sine())));
    String turns = emit.op("Mod", all, emit.longs(size)); // small, so that the angle is exact
    String step =
        emit.constant(
            "step",
            Tensor.of(
                DataType.DOUBLE,
                new long[0],
                MemorySegment.ofArray(new double[] {2 * Math.PI / size})));
    String angles = emit.op("Mul", emit.number(DataType.DOUBLE, turns), step);
    String waves = emit.number(DataType.FLOAT, emit.op("Sin", angles));
    return emit.op(
        "Mul", waves, emit.constant("window", Tensor.ofFloats(new long[] {size}, window)));
  }

  /** Whole numbers from 0. */
  private static String range(Emitter emit, int count) {
    return emit.op(
        "Range",
        emit.constant("from", Tensor.scalar(0L)),
        emit.constant("to", Tensor.scalar((long) count)),
        emit.constant("by", Tensor.scalar(1L)));
  }
}

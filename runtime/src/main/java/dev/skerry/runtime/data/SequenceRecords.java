package dev.skerry.runtime.data;

import static java.util.Objects.requireNonNull;

import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.media.GraphInput;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntUnaryOperator;

/**
 * Samples of sequences: to what the data gives, constants are added, and the states that the model
 * itself has come to before each sample.
 */
final class SequenceRecords implements SampleRecords {
  private final SampleRecords given;
  private final List<GraphInput> inputs;
  private final IntUnaryOperator first;
  private final Session session;

  private SequenceRecords(
      SampleRecords given, List<GraphInput> inputs, IntUnaryOperator first, Session session) {
    this.given = given;
    this.inputs = inputs;
    this.first = first;
    this.session = session;
  }

  /**
   * Takes over {@code given}, whose owner the records become.
   *
   * @param inputs states and constants that {@code given} lacks
   * @param first position at which the sequence begins that a sample is of
   */
  static SequenceRecords of(
      SampleRecords given, List<GraphInput> inputs, IntUnaryOperator first, Model model) {
    return new SequenceRecords(
        given, inputs, first, Session.open(model, SessionConfig.standard().withSpinning(false)));
  }

  @Override
  public int size() {
    return given.size();
  }

  @Override
  public String name(int index) {
    return given.name(index);
  }

  @Override
  public int label(int index) {
    return given.label(index);
  }

  @Override
  public Reader reader() {
    return new Walk(given.reader());
  }

  /** One walk along the sequences; the model runs once for each sample that it passes. */
  private final class Walk implements Reader {
    private final Reader data;
    private final TensorBuffers passed = new TensorBuffers(Arena.ofAuto());
    private SequencedMap<String, Tensor> state = filled();

    /** Before this sample {@link #state} holds. */
    private int at;

    Walk(Reader data) {
      this.data = data;
    }

    @Override
    public SequencedMap<String, Tensor> read(int index, TensorBuffers into) {
      int start = first.applyAsInt(index);
      if (at > index || at < start) {
        at = start;
        state = filled();
      }
      while (at < index) {
        state = next(sample(at, passed));
        at++;
      }
      return sample(index, into);
    }

    private SequencedMap<String, Tensor> sample(int index, TensorBuffers into) {
      SequencedMap<String, Tensor> sample = new LinkedHashMap<>(data.read(index, into));
      sample.putAll(state);
      return sample;
    }
  }

  private SequencedMap<String, Tensor> filled() {
    SequencedMap<String, Tensor> filled = new LinkedHashMap<>();
    inputs.forEach(input -> filled.put(input.name(), input.filled()));
    return filled;
  }

  /** Constants, and what the states are after {@code sample}. */
  private SequencedMap<String, Tensor> next(Map<String, Tensor> sample) {
    SequencedMap<String, Tensor> next = new LinkedHashMap<>();
    SequencedMap<String, Tensor> made = session.run(sample);
    for (GraphInput input : inputs) {
      switch (input.spec()) {
        case InputSpec.State(String output) ->
            next.put(input.name(), requireNonNull(made.get(output)));
        case InputSpec.Constant _ ->
            next.put(input.name(), requireNonNull(sample.get(input.name())));
        case InputSpec.Image _, InputSpec.Audio _, InputSpec.Array _ -> {}
      }
    }
    return next;
  }

  @Override
  public void close() {
    session.close();
    given.close();
  }
}

package dev.skerry.agent;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** {@code y = f(x)} on three numbers, that remembers whether it was used after it was closed. */
public final class FakeModel implements LoadedModel {
  private final UnaryOperator<float[]> function;
  private volatile boolean closed;
  public final AtomicInteger runs = new AtomicInteger();

  public FakeModel(UnaryOperator<float[]> function) {
    this.function = function;
  }

  /** Answers with {@code value} alone. */
  public static FakeModel constant(float... value) {
    return new FakeModel(_ -> value);
  }

  public static Map<String, Tensor> input(float... values) {
    return Map.of("x", Tensor.ofFloats(new long[] {1, values.length}, values));
  }

  @Override
  public List<ValueInfo> inputs() {
    return List.of(ValueInfo.of("x", DataType.FLOAT, 1, 3));
  }

  @Override
  public List<ValueInfo> outputs() {
    return List.of(ValueInfo.of("y", DataType.FLOAT, 1, 3));
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
    requireOpen();
    runs.incrementAndGet();
    Tensor x = given.get("x");
    float[] y = function.apply(x == null ? new float[3] : x.toFloats());
    requireOpen();
    SequencedMap<String, Tensor> answer = new LinkedHashMap<>();
    answer.put("y", Tensor.ofFloats(new long[] {1, y.length}, y));
    return answer;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("used after it was closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}

package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.Tensor;
import java.io.ByteArrayInputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Times reading and writing of JSON tensors against the plain way, a tree of values. Prints
 * nanoseconds per element, the median of rounds.
 */
final class TextBench {
  private static final int ROUNDS = 60;

  private TextBench() {}

  /** Takes the numbers of elements to try. */
  public static void main(String[] arguments) {
    for (String argument : arguments) {
      int elements = Integer.parseInt(argument);
      float[] values = new float[elements];
      Random random = new Random(5);
      for (int i = 0; i < elements; i++) {
        values[i] = (float) random.nextGaussian();
      }
      byte[] wide = request(values, value -> value); // as Python writes float32: 17 digits
      byte[] pixels = request(values, value -> Math.rint(Math.abs(value) * 80));
      Signature signature =
          new Signature(
              "m",
              List.of(
                  new TensorSpec(
                      "x",
                      Datatype.FP32.name(),
                      List.of((long) elements),
                      "tensor",
                      Json.object().build())),
              List.of());
      System.out.printf("%,d elements, ns per element%n", elements);
      report("  read, 17 digits, stream", elements, () -> stream(signature, wide));
      report("  read, 17 digits, tree  ", elements, () -> tree(wide));
      report("  read, pixels, stream   ", elements, () -> stream(signature, pixels));
      report("  read, pixels, tree     ", elements, () -> tree(pixels));
      report("  write, stream          ", elements, () -> write(values));
      report("  write, tree            ", elements, () -> writeTree(values));
    }
  }

  private static byte[] request(float[] values, ToDoubleFunction<Float> shown) {
    StringBuilder text =
        new StringBuilder(
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":["
                + values.length
                + "],\"data\":[");
    for (int i = 0; i < values.length; i++) {
      text.append(i == 0 ? "" : ", ").append(shown.applyAsDouble(values[i]));
    }
    return text.append("]}]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void report(String what, int elements, Runnable work) {
    double[] times = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      times[i] = (double) (System.nanoTime() - start) / elements;
    }
    Arrays.sort(times);
    System.out.printf("%s %8.1f%n", what, times[ROUNDS / 2]);
  }

  private static void stream(Signature signature, byte[] text) {
    try (Arena arena = Arena.ofConfined();
        TensorBudget.Share budget = new TensorBudget(1L << 30).share()) {
      InferRequestReader.read(
          signature,
          new ByteArrayInputStream(text),
          Optional.empty(),
          16,
          arena,
          budget,
          text.length);
    }
  }

  private static void tree(byte[] text) {
    List<Double> numbers = new ArrayList<>();
    Json data = JsonReader.readObject("request", text).objects("inputs").getFirst().value("data");
    if (data instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        numbers.add(item instanceof Json.Num(String literal) ? Double.parseDouble(literal) : 0);
      }
    }
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = numbers.get(i).floatValue();
    }
    Tensor.ofFloats(new long[] {values.length}, values);
  }

  private static void write(float[] values) {
    ByteSink sink = new ByteSink(values.length * 12);
    for (float value : values) {
      NumberText.write(value, sink);
      sink.put(',');
    }
    sink.toByteArray();
  }

  private static void writeTree(float[] values) {
    List<Json> items = new ArrayList<>();
    for (float value : values) {
      items.add(Json.of((double) value));
    }
    JsonWriter.pretty(Json.array(items));
  }
}

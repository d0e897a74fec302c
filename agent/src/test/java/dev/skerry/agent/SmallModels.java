package dev.skerry.agent;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Models of a few nodes, and releases around them. */
public final class SmallModels {
  private SmallModels() {}

  /** {@code y = x} for any type, [N, 3]. */
  public static Model identity(DataType type) {
    return model(
        List.of(rows("x", type, 3)),
        List.of(rows("y", type, 3)),
        new LinkedHashMap<>(),
        Node.of("Identity", "id", List.of("x"), List.of("y")));
  }

  /** {@code y = factor * x}, [N, 3]. */
  public static Model scaled(float factor) {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("factor", Tensor.scalar(factor));
    return model(
        List.of(rows("x", DataType.FLOAT, 3)),
        List.of(rows("y", DataType.FLOAT, 3)),
        weights,
        Node.of("Mul", "mul", List.of("x", "factor"), List.of("y")));
  }

  /** {@code sum = a + b}, {@code product = a * b}, {@code s}: a scalar as it came; [2, 2]. */
  public static Model two() {
    return model(
        List.of(ValueInfo.of("a", DataType.FLOAT, 2, 2), ValueInfo.of("b", DataType.FLOAT, 2, 2)),
        List.of(
            ValueInfo.of("sum", DataType.FLOAT, 2, 2),
            ValueInfo.of("product", DataType.FLOAT, 2, 2)),
        new LinkedHashMap<>(),
        Node.of("Add", "add", List.of("a", "b"), List.of("sum")),
        Node.of("Mul", "mul", List.of("a", "b"), List.of("product")));
  }

  /** {@code total = gain * x + kept}, and {@code left}, the same again; [N, 2]. */
  public static Model counter() {
    return model(
        List.of(
            rows("x", DataType.FLOAT, 2),
            rows("kept", DataType.FLOAT, 2),
            ValueInfo.of("gain", DataType.FLOAT)),
        List.of(rows("total", DataType.FLOAT, 2), rows("left", DataType.FLOAT, 2)),
        new LinkedHashMap<>(),
        Node.of("Mul", "mul", List.of("x", "gain"), List.of("more")),
        Node.of("Add", "add", List.of("more", "kept"), List.of("total")),
        Node.of("Identity", "keep", List.of("total"), List.of("left")));
  }

  /** A release of {@link #counter} which says that {@code kept} is its state and {@code gain} 1. */
  public static Running counting(String name, long counter, LoadedModel model) {
    Json.Obj next = Json.object().put("next", "left").build();
    Json.Obj one = Json.object().put("value", 1).build();
    return running(
        name,
        counter,
        model,
        List.of(
            spec(model.inputs().get(0), "tensor", Json.object().build()),
            spec(model.inputs().get(1), "state", next),
            spec(model.inputs().get(2), "constant", one)),
        specs(model.outputs(), "tensor"));
  }

  /** Mean of each channel of a picture: [1, 3, 2, 2] to [1, 3]. */
  public static Model colours() {
    return model(
        List.of(ValueInfo.of("picture", DataType.FLOAT, 1, 3, 2, 2)),
        List.of(ValueInfo.of("colours", DataType.FLOAT, 1, 3)),
        new LinkedHashMap<>(),
        Node.of("GlobalAveragePool", "mean", List.of("picture"), List.of("means")),
        Node.of("Flatten", "flatten", List.of("means"), List.of("colours")));
  }

  /** {@code x[N, size]} times {@code count} square matrices: as slow as one likes. */
  public static Model chain(int size, int count) {
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    Node[] nodes = new Node[count];
    for (int i = 0; i < count; i++) {
      float[] values = new float[size * size];
      for (int k = 0; k < values.length; k++) {
        values[k] = (k * 31 % 101 - 50) / 1000f;
      }
      weights.put("w" + i, Tensor.ofFloats(new long[] {size, size}, values));
      String from = i == 0 ? "x" : "y" + i;
      String to = i == count - 1 ? "y" : "y" + (i + 1);
      nodes[i] = Node.of("MatMul", "m" + i, List.of(from, "w" + i), List.of(to));
    }
    return model(
        List.of(rows("x", DataType.FLOAT, size)),
        List.of(rows("y", DataType.FLOAT, size)),
        weights,
        nodes);
  }

  private static Model model(
      List<ValueInfo> inputs,
      List<ValueInfo> outputs,
      SequencedMap<String, Tensor> weights,
      Node... nodes) {
    return Model.of(
        10,
        21,
        new Graph("small", inputs, outputs, List.of(), weights, List.of(nodes), Bytes.EMPTY));
  }

  private static ValueInfo rows(String name, DataType type, long columns) {
    return ValueInfo.of(
        name,
        new Type.Tensor(type, List.of(new Dimension.Symbol("N"), new Dimension.Fixed(columns))));
  }

  /** Loads {@code model} through a temporary file; the caller closes it. */
  public static LoadedModel load(Model model) {
    try {
      Path file = Files.createTempFile("skerry-small", ".onnx");
      try {
        ModelWriter.write(model, file);
        return OrtEngine.standard().load(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A release of {@code model} whose signature is the model's own; outputs are plain numbers. */
  public static Running running(String name, long counter, LoadedModel model) {
    return running(name, counter, model, specs(model.outputs(), "tensor"));
  }

  public static Running running(
      String name, long counter, LoadedModel model, List<TensorSpec> outputs) {
    return running(name, counter, model, specs(model.inputs(), "tensor"), outputs);
  }

  public static Running running(
      String name,
      long counter,
      LoadedModel model,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs) {
    Digest digest = Digest.of((name + counter).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Variant variant = variant(digest, List.of());
    Release release =
        new Release(
            name,
            "1.0." + counter,
            inputs,
            outputs,
            List.of(),
            new GoldenInputs(0, List.of()),
            new Provenance(digest, Optional.empty(), Optional.empty(), "test", "test", List.of()));
    return new Running(new Receipt(name, counter, 0, digest), release, variant, model);
  }

  public static Variant variant(Digest file, List<GoldenOutput> golden) {
    return new Variant(
        "any.1",
        "as it is",
        new Recipe(file, 1, List.of()),
        new LinkedHashMap<>(),
        new Variant.Quality("agreement", Optional.empty(), Optional.empty()),
        new Variant.Measured(Optional.empty(), Optional.empty(), Optional.empty(), "test"),
        new Variant.Budget(Optional.empty(), Optional.empty()),
        golden);
  }

  public static List<TensorSpec> specs(List<ValueInfo> values, String kind) {
    return values.stream().map(value -> spec(value, kind, Json.object().build())).toList();
  }

  public static TensorSpec spec(ValueInfo value, String kind, Json.Obj processing) {
    Type.Tensor type = (Type.Tensor) java.util.Objects.requireNonNull(value.type());
    List<Dimension> shape = type.shape() == null ? List.of() : type.shape();
    return new TensorSpec(
        value.name(),
        Datatype.of(java.util.Objects.requireNonNull(type.element())).orElseThrow().name(),
        shape.stream()
            .map(axis -> axis instanceof Dimension.Fixed(long size) ? size : -1L)
            .toList(),
        kind,
        processing);
  }
}

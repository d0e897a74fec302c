package dev.skerry.runtime;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What a session's inputs and outputs are declared to be, and whether given tensors fit. */
final class DeclaredValues {
  private DeclaredValues() {}

  /** The engine's declarations in its order. */
  static SequencedMap<String, ValueInfo> of(Map<String, NodeInfo> engine) {
    SequencedMap<String, ValueInfo> values = new LinkedHashMap<>();
    engine.forEach((name, info) -> values.put(name, new ValueInfo(name, type(info), Bytes.EMPTY)));
    return values;
  }

  private static Type type(NodeInfo info) {
    return switch (info.getInfo()) {
      case TensorInfo tensor ->
          new Type.Tensor(NativeTensors.typeOf(tensor).orElse(null), shape(tensor));
      case SequenceInfo _ -> new Type.Other("sequence_type", Bytes.EMPTY);
      case MapInfo _ -> new Type.Other("map_type", Bytes.EMPTY);
      case ai.onnxruntime.ValueInfo _ -> new Type.Other("other_type", Bytes.EMPTY);
    };
  }

  /** Null for no axes: the binding does not tell a scalar from an unknown rank. */
  private static @Nullable List<Dimension> shape(TensorInfo info) {
    long[] sizes = info.getShape();
    String[] names = info.getDimensionNames();
    List<Dimension> axes = new ArrayList<>(sizes.length);
    for (int i = 0; i < sizes.length; i++) {
      axes.add(axis(sizes[i], i < names.length ? names[i] : ""));
    }
    return axes.isEmpty() ? null : axes;
  }

  private static Dimension axis(long size, String name) {
    if (size >= 0) {
      return new Dimension.Fixed(size);
    }
    return name.isEmpty() ? new Dimension.Unknown() : new Dimension.Symbol(name);
  }

  /** Checks that {@code given} has just the inputs that {@code model} takes, each fitting. */
  static void requireInputs(
      String model, SequencedMap<String, ValueInfo> declared, Map<String, Tensor> given) {
    for (String name : given.keySet()) {
      if (!declared.containsKey(name)) {
        throw unknown(model, "input", name, declared.keySet());
      }
    }
    for (ValueInfo input : declared.values()) {
      Tensor tensor = given.get(input.name());
      if (tensor == null) {
        throw bad(
            "model '%s' needs input '%s' (%s), which was not given"
                .formatted(model, input.name(), text(input.type())));
      }
      requireFits(model, input, tensor);
    }
  }

  static void requireOutputs(
      String model, SequencedMap<String, ValueInfo> declared, List<String> wanted) {
    for (String name : wanted) {
      ValueInfo output = declared.get(name);
      if (output == null) {
        throw unknown(model, "output", name, declared.keySet());
      }
      if (output.type() instanceof Type.Other(String kind, Bytes _)) {
        throw new SkerryException(
            ErrorCode.BAD_MODEL,
            "output '%s' of model '%s' is not a tensor but a %s; Skerry runs models whose outputs"
                    .formatted(name, model, kind)
                + " are tensors (classical models: export without ZipMap)");
      }
    }
  }

  static void requireFits(String model, ValueInfo input, Tensor tensor) {
    if (input.type() instanceof Type.Tensor declared && !fits(declared, tensor)) {
      throw bad(
          "input '%s' of model '%s' takes %s, not %s"
              .formatted(input.name(), model, text(declared), tensor));
    }
  }

  private static boolean fits(Type.Tensor declared, Tensor tensor) {
    List<Dimension> shape = declared.shape();
    if (declared.element() != null && declared.element() != tensor.type()) {
      return false;
    }
    if (shape == null) {
      return true;
    }
    long[] dims = tensor.dims();
    if (shape.size() != dims.length) {
      return false;
    }
    for (int i = 0; i < dims.length; i++) {
      if (shape.get(i) instanceof Dimension.Fixed(long size) && size != dims[i]) {
        return false;
      }
    }
    return true;
  }

  static SkerryException unknown(String model, String kind, String name, Collection<String> known) {
    String near = Nearest.suggestion(name, known);
    return bad(
        "model '%s' has no %s '%s'%s It has %s"
            .formatted(model, kind, name, near.isEmpty() ? "." : near, String.join(", ", known)));
  }

  /** {@code FLOAT[N, 3, 32, 32]}, as messages show a declared type. */
  static String text(@Nullable Type type) {
    return switch (type) {
      case null -> "a value of undeclared type";
      case Type.Other(String kind, Bytes _) -> kind;
      case Type.Tensor tensor -> {
        List<Dimension> shape = tensor.shape();
        String element = tensor.element() == null ? "tensor" : tensor.element().toString();
        yield shape == null
            ? element
            : element + "[" + String.join(", ", shape.stream().map(Dimension::text).toList()) + "]";
      }
    };
  }

  private static SkerryException bad(String message) {
    return new SkerryException(ErrorCode.BAD_DATA, message);
  }
}

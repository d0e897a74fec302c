package dev.skerry.agent.engine;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.runtime.Ticker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Ten models with a budget for four: {@code MemoryBench DATA REQUESTS}, where {@code DATA/models}
 * holds them. Prints answers, refusals, memory, and the time of a reload beside that of loading the
 * same file anew.
 */
final class MemoryBench {
  private static final List<String> MODELS =
      List.of(
          "autoencoder-ad",
          "cnn-fsdd",
          "dscnn-kws",
          "mnist",
          "mobilenet-vww",
          "resnet-large-cifar10",
          "resnet8-cifar10",
          "ultraface-rfb-320",
          "ultraface-rfb-640",
          "vgg-cifar10");
  private static final long MODEL_BYTES = 10_000_000;
  private static final int PAIRS = 15;

  private MemoryBench() {}

  public static void main(String... args) {
    Path folder = Path.of(args[0], "models");
    int requests = Integer.parseInt(args[1]);
    ModelEngine engine = OrtEngine.standard();
    Ticker ticker = Ticker.system();
    long share = MODEL_BYTES;
    System.out.printf("each model counts as %.1f MB, budget for four%n", share / 1e6);
    MemoryBudget budget = new MemoryBudget(4 * share);
    List<LoadedModel> models = new ArrayList<>();
    for (String name : MODELS) {
      models.add(
          new BudgetedEngine(engine, budget, name, 1, Optional.of(share)).load(file(folder, name)));
    }
    SplittableRandom random = new SplittableRandom(1);
    int answered = 0;
    int refused = 0;
    for (int i = 0; i < requests; i++) {
      LoadedModel model = models.get(random.nextInt(models.size()));
      try {
        model.run(inputs(model));
        answered++;
      } catch (SkerryException e) {
        refused++;
        System.out.println(e.getMessage());
      }
    }
    System.out.printf(
        "%d answered, %d refused; resident %.1f MB%n",
        answered, refused, ProcessMemory.residentBytes().orElse(0) / 1e6);
    models.forEach(LoadedModel::close);
    for (String name : MODELS) {
      reload(engine, file(folder, name), name, ticker);
    }
  }

  /** Two models with a budget for one, in turns with opening the file anew; medians. */
  private static void reload(ModelEngine engine, Path file, String name, Ticker ticker) {
    MemoryBudget one = new MemoryBudget(1);
    LoadedModel a = new BudgetedEngine(engine, one, "a", 1, Optional.of(1L)).load(file);
    LoadedModel b = new BudgetedEngine(engine, one, "b", 1, Optional.of(1L)).load(file);
    Map<String, Tensor> inputs = inputs(a);
    double[] again = new double[PAIRS];
    double[] anew = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      long start = ticker.nanos();
      try (LoadedModel fresh = engine.load(file)) {
        fresh.run(inputs);
        anew[i] = (ticker.nanos() - start) / 1e6;
      }
      LoadedModel absent = i % 2 == 0 ? a : b;
      start = ticker.nanos();
      absent.run(inputs);
      again[i] = (ticker.nanos() - start) / 1e6;
    }
    a.close();
    b.close();
    Arrays.sort(again);
    Arrays.sort(anew);
    double ratio = again[PAIRS / 2] / anew[PAIRS / 2];
    System.out.printf(
        "%-22s reload and run %6.1f ms, session anew and run %6.1f ms, ratio %.2f%n",
        name, again[PAIRS / 2], anew[PAIRS / 2], ratio);
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name).resolve("model.onnx");
  }

  private static Map<String, Tensor> inputs(LoadedModel model) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (ValueInfo input : model.inputs()) {
      Type.Tensor declared = (Type.Tensor) Objects.requireNonNull(input.type());
      long[] shape =
          Objects.requireNonNull(declared.shape()).stream()
              .mapToLong(side -> side instanceof Dimension.Fixed fixed ? fixed.size() : 1)
              .toArray();
      int count = Math.toIntExact(Tensor.elementCount(shape));
      DataType type = Objects.requireNonNull(declared.element());
      inputs.put(
          input.name(),
          Tensor.of(type, shape, MemorySegment.ofArray(new byte[count * type.bits() / 8])));
    }
    return inputs;
  }
}

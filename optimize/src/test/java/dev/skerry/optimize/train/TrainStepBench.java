package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.differentiate.ConvForms;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.Profile;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/**
 * Times one training step; the peer is bench/train_step.py.
 *
 * <p>{@code TrainStepBench MODEL.onnx OUTPUT nchw|nhwc BATCH THREADS usual|timed}: pictures of 32
 * by 32 pixels, ten classes.
 */
final class TrainStepBench {
  private static final int WARM_UP = 3;
  private static final int RUNS = 22;

  private TrainStepBench() {}

  public static void main(String[] arguments) {
    PrintStream out = System.out;
    int batch = Integer.parseInt(arguments[3]);
    int threads = Integer.parseInt(arguments[4]);
    try (ModelFile file = ModelReader.read(Path.of(arguments[0]));
        Arena arena = Arena.ofShared()) {
      Model model = file.model();
      long[] dims =
          arguments[2].equals("nchw")
              ? new long[] {batch, 3, 32, 32}
              : new long[] {batch, 32, 32, 3};
      Map<String, Tensor> sample = new LinkedHashMap<>();
      sample.put("image", random(dims));
      ConvForms forms =
          arguments[5].equals("timed")
              ? ConvTiming.fastest(model, sample, threads)
              : ConvForms.usual();
      sample.put(StepGraph.TARGETS, Tensor.ofFloats(new long[] {batch, 10}, new float[batch * 10]));
      TrainingOptions options =
          TrainingOptions.standard().withUpdate(Update.sgd(5e-4), 0.01).withThreads(threads);
      StepGraph step =
          StepGraph.of(model, arguments[1], new Objective.Labels(0), options, sample, forms);
      SequencedMap<String, NativeArray> given = new LinkedHashMap<>();
      sample.forEach((name, tensor) -> given.put(name, NativeArray.copyOf(arena, tensor)));
      out.printf("%s%n", forms);
      try (StepRunner runner = new StepRunner(step, given, new long[] {batch, 10}, threads)) {
        double[] millis = new double[RUNS];
        for (int i = -WARM_UP; i < RUNS; i++) {
          long begun = System.nanoTime();
          runner.run();
          if (i >= 0) {
            millis[i] = (System.nanoTime() - begun) / 1e6;
          }
        }
        Arrays.sort(millis);
        out.printf("skerry step: median %.1f ms, least %.1f ms%n", millis[RUNS / 2], millis[0]);
      }
      Map<String, Tensor> inputs = new LinkedHashMap<>(sample);
      inputs.putAll(step.state());
      step.scalars().forEach(name -> inputs.put(name, Tensor.scalar(0.01f)));
      Profile profile = Profile.of(step.model(), inputs, StepRunner.config(threads), 3);
      profile.microsByOp().entrySet().stream()
          .limit(14)
          .forEach(entry -> out.printf("%-24s %8.2f ms%n", entry.getKey(), entry.getValue() / 1e3));
    }
  }

  private static Tensor random(long[] dims) {
    float[] values = new float[Math.toIntExact(Tensor.elementCount(dims))];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(DataType.FLOAT, dims, java.lang.foreign.MemorySegment.ofArray(values));
  }
}

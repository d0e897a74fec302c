package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A teacher, run on the samples of each batch as its own description has them; on the very batch of
 * the student where both take the same.
 */
final class TeacherRunner implements AutoCloseable {
  private final @Nullable TrainingData data;
  private final SequencedMap<String, NativeArray> inputs;
  private final SequencedMap<String, NativeArray> given = new LinkedHashMap<>();
  private final Session session;
  private final Binding binding;

  private TeacherRunner(
      @Nullable TrainingData data,
      SequencedMap<String, NativeArray> inputs,
      Session session,
      Map<String, String> wanted,
      Arena arena) {
    this.data = data;
    this.inputs = inputs;
    this.session = session;
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    inputs.forEach((name, array) -> tensors.put(name, array.tensor()));
    Map<String, Tensor> once = session.run(tensors, List.copyOf(Set.copyOf(wanted.values())));
    SequencedMap<String, NativeArray> outputs = new LinkedHashMap<>();
    wanted.forEach((taker, value) -> {
      long[] dims = once.getOrDefault(value, Tensor.vector()).dims();
      given.put(
          taker,
          outputs.computeIfAbsent(value, _ -> NativeArray.allocate(arena, DataType.FLOAT, dims)));
    });
    this.binding = session.bindTo(inputs, outputs);
  }

  /**
   * @param students the arrays that a batch of the student is in
   */
  static TeacherRunner open(
      TrainingRequest request,
      TrainingRequest.Teacher teacher,
      Objective.Distillation objective,
      SequencedMap<String, NativeArray> students,
      long[] outputDims,
      Arena arena) {
    String output =
        teacher.description().outputs().isEmpty()
            ? teacher.model().graph().outputNames().getFirst()
            : teacher.description().outputs().firstEntry().getKey();
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put(StepGraph.TEACHER, StepGraph.logits(teacher.model().graph(), output));
    objective.features().forEach((own, its) -> wanted.put(StepGraph.FEATURE + own, its));
    Model exposed = teacher.model();
    for (String value : wanted.values()) {
      exposed = HeldOut.exposing(exposed, value);
    }
    TrainingData data =
        takesTheSame(request, teacher)
            ? null
            : TrainingData.open(
                teacher.description(),
                teacher.model(),
                request.data(),
                request.labels(),
                request.samples());
    Session session =
        Session.open(exposed, SessionConfig.standard().withThreads(request.options().threads()));
    TeacherRunner runner =
        new TeacherRunner(
            data,
            data == null ? students : data.arrays(arena, request.options().batch()),
            session,
            wanted,
            arena);
    NativeArray taught = runner.given.firstEntry().getValue();
    if (!Arrays.equals(taught.dims(), outputDims)) {
      runner.close();
      throw new SkerryException(
          ErrorCode.BAD_MODEL,
          "the teacher gives %s, the student %s; they must tell the same classes apart"
              .formatted(Arrays.toString(taught.dims()), Arrays.toString(outputDims)));
    }
    return runner;
  }

  private static boolean takesTheSame(TrainingRequest request, TrainingRequest.Teacher teacher) {
    return teacher.description().inputs().equals(request.description().inputs())
        && teacher.model().graph().inputs().equals(request.model().graph().inputs());
  }

  /** What a step of the student takes from the teacher, by its input. */
  SequencedMap<String, NativeArray> given() {
    return given;
  }

  /** The shape of what an input of the student's step takes. */
  long[] dims(String taker) {
    NativeArray array = given.get(taker);
    if (array == null) {
      throw new IllegalArgumentException("the teacher gives nothing for '" + taker + "'");
    }
    return array.dims();
  }

  /** Runs on the samples that the student sees, changed in the same way. */
  void run(int[] batch, Augmentation augmentation, long seed, double lambda) {
    if (data != null) {
      data.fill(batch, augmentation, seed, inputs);
      if (lambda < 1) {
        inputs.values().forEach(array -> TrainingData.mix(array, lambda));
      }
    }
    binding.run();
  }

  @Override
  public void close() {
    binding.close();
    session.close();
    if (data != null) {
      data.close();
    }
  }
}

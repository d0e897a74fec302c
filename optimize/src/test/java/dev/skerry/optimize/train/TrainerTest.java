package dev.skerry.optimize.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.NpyBytes;
import dev.skerry.optimize.QuantizationAwareTraining;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.optimize.target.Target;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.Goal;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Metric;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small networks on a made-up task: in which quarter of a picture the bright spot is. */
class TrainerTest {
  private static final int SAMPLES = 240;
  private static final TrainingOptions OPTIONS =
      TrainingOptions.standard()
          .withEpochs(6)
          .withBatch(24)
          .withUpdate(Update.adamW(1e-3), 0.02)
          .withThreads(2);

  @TempDir Path folder = Path.of("");
  private Path data = Path.of("");
  private Path labels = Path.of("");

  @BeforeEach
  void writeData() throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    float[] pictures = new float[SAMPLES * 36];
    long[] classes = new long[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      int row = random.nextInt(6);
      int column = random.nextInt(6);
      for (int at = 0; at < 36; at++) {
        pictures[i * 36 + at] = (float) random.nextDouble(-0.3, 0.3);
      }
      pictures[i * 36 + row * 6 + column] = 2;
      classes[i] = row / 3 * 2 + column / 3;
    }
    data = folder.resolve("pictures.npy");
    labels = folder.resolve("labels.npy");
    Files.write(data, NpyBytes.of(Tensor.ofFloats(new long[] {SAMPLES, 1, 6, 6}, pictures)));
    Files.write(labels, NpyBytes.of(Tensor.vector(classes)));
  }

  private static Model network(boolean normalized, int width) {
    ModelSketch sketch =
        ModelSketch.opset(17)
            .input("x", "N", 1, 6, 6)
            .weights("conv.w", width, 1, 3, 3)
            .weights("conv.b", width)
            .node("Conv", "x conv.w conv.b", "c")
            .ints("pads", 1, 1, 1, 1);
    sketch = normalized ? sketch.batchNorm("c", "n", width) : sketch.node("Identity", "c", "n");
    return sketch
        .node("Relu", "n", "r")
        .node("MaxPool", "r", "p")
        .ints("kernel_shape", 3, 3)
        .ints("strides", 3, 3)
        .node("Flatten", "p", "f")
        .weights("dense.w", width * 4L, 4)
        .weights("dense.b", 4)
        .node("Gemm", "f dense.w dense.b", "z")
        .node("Softmax", "z", "y")
        .output("y")
        .model();
  }

  private ModelDescription description() {
    LinkedHashMap<String, InputSpec> inputs = new LinkedHashMap<>();
    inputs.put("x", new InputSpec.Array(Normalization.NONE));
    LinkedHashMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put("y", OutputSpec.of(OutputSpec.Kind.CLASSIFICATION, List.of("a", "b", "c", "d")));
    return new ModelDescription(
        folder.resolve("model.toml"),
        "spots",
        "1",
        folder.resolve("model.onnx"),
        inputs,
        outputs,
        DataSpec.NONE,
        new Goal(new Metric.Top1(), 1, List.of()));
  }

  private TrainingRequest request(Model model, TrainingOptions options) {
    return TrainingRequest.of(description(), model, data, new Objective.Labels(0.05), options)
        .withLabels(labels);
  }

  @Test
  void fit_networksWithAndWithoutBatchNormalization_learn() {
    for (boolean normalized : List.of(true, false)) {
      TrainingResult result = Trainer.fit(request(network(normalized, 6), OPTIONS));
      Verifier.require(result.model());
      assertThat(result.heldOut().orElseThrow()).isGreaterThan(0.9);
      assertThat(result.trained()).contains("conv.w", "conv.b", "dense.w", "dense.b");
      assertThat(result.model().graph().nodes()).isEqualTo(network(normalized, 6).graph().nodes());
    }
  }

  @Test
  void fit_everyUpdate_learns() {
    for (Update update : List.of(Update.sgd(1e-4), Update.adam(1e-4), Update.adamW(1e-3))) {
      double rate = update instanceof Update.Sgd ? 0.1 : 0.02;
      TrainingOptions options = OPTIONS.withUpdate(update, rate).withClip(5);
      TrainingResult result = Trainer.fit(request(network(true, 6), options));
      assertThat(result.heldOut().orElseThrow()).as("%s", update).isGreaterThan(0.9);
    }
  }

  @Test
  void fit_twiceWithOneSeed_isTheSameBitForBit() {
    TrainingOptions options =
        OPTIONS.withEpochs(2).withAugmentation(new Augmentation(0, false, 0.1, 0.4));
    Model first = Trainer.fit(request(network(true, 4), options)).model();
    Model second = Trainer.fit(request(network(true, 4), options)).model();
    requireSame(first, second);
  }

  private static void requireSame(Model first, Model second) {
    first
        .graph()
        .initializers()
        .forEach((name, tensor) ->
            assertThat(second.graph().initializers().get(name))
                .as(name)
                .matches(other -> other != null && tensor.contentEquals(other)));
  }

  @Test
  void fit_stoppedBetweenSteps_goesOnWithTheSameResult() {
    Path checkpoint = folder.resolve("checkpoint.onnx");
    Model whole = Trainer.fit(request(network(true, 4), OPTIONS)).model();
    TrainingRequest stopped =
        request(network(true, 4), OPTIONS)
            .withCheckpoint(checkpoint)
            .withProgress(at -> {
              if (at.epoch() == 3 && at.step() == 4) {
                throw new CancellationException("killed");
              }
            });
    assertThatThrownBy(() -> Trainer.fit(stopped)).isInstanceOf(CancellationException.class);
    List<Integer> epochs = new ArrayList<>();
    Model resumed =
        Trainer.fit(
                request(network(true, 4), OPTIONS)
                    .withCheckpoint(checkpoint)
                    .withProgress(at -> epochs.add(at.epoch())))
            .model();
    assertThat(epochs.getFirst()).isEqualTo(3);
    requireSame(whole, resumed);
  }

  @Test
  void fit_checkpointOfAnotherTraining_isRefused() {
    Path checkpoint = folder.resolve("checkpoint.onnx");
    Trainer.fit(request(network(true, 4), OPTIONS.withEpochs(1)).withCheckpoint(checkpoint));
    assertThatThrownBy(() ->
            Trainer.fit(
                request(network(true, 4), OPTIONS.withEpochs(2)).withCheckpoint(checkpoint)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("belongs to another training");
  }

  @Test
  void fit_checkpointThatCannotBeWritten_saysHowToGoOn() {
    Path gone = folder.resolve("gone").resolve("checkpoint.onnx");
    assertThatThrownBy(() ->
            Trainer.fit(request(network(true, 4), OPTIONS.withEpochs(1)).withCheckpoint(gone)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("give the same command again: it goes on after the start");
  }

  @Test
  void fit_damagedCheckpoint_saysToRemoveIt_andUnfinishedOnesGo() throws IOException {
    Path checkpoint = folder.resolve("checkpoint.onnx");
    Path unfinished = Files.write(folder.resolve(".checkpoint.onnx.77-1.tmp"), new byte[9]);
    Files.write(checkpoint, new byte[] {99, 99, 99});
    TrainingRequest request =
        request(network(true, 4), OPTIONS.withEpochs(1)).withCheckpoint(checkpoint);
    assertThatThrownBy(() -> Trainer.fit(request))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("Remove this checkpoint");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void fit_divergingLoss_saysWhatToDo_andKeepsTheCheckpoint() {
    TrainingOptions wild = OPTIONS.withUpdate(Update.sgd(1), 1000).withEpochs(40);
    Path checkpoint = folder.resolve("checkpoint.onnx");
    assertThatThrownBy(
            () -> Trainer.fit(request(network(false, 4), wild).withCheckpoint(checkpoint)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("became NaN or infinite")
        .hasMessageContaining("--learning-rate");
  }

  @Test
  void fit_withoutLabels_isRefused() {
    TrainingRequest unlabelled = request(network(true, 4), OPTIONS).withLabels(null);
    assertThatThrownBy(() -> Trainer.fit(unlabelled)).hasMessageContaining("have no labels");
  }

  @Test
  void fit_notANumberInTheData_namesTheSample() throws IOException {
    byte[] content = Files.readAllBytes(data);
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putFloat(content.length - 8, Float.NaN);
    Files.write(data, content);
    assertThatThrownBy(() -> Trainer.fit(request(network(true, 4), OPTIONS)))
        .hasMessageContaining("holds NaN or infinity at element 34");
  }

  @Test
  void fit_withPatience_stopsWhenNothingImproves() {
    TrainingOptions options =
        OPTIONS.withEpochs(30).withHoldout(0.2, 2).withUpdate(Update.sgd(0), 1e-9);
    TrainingResult result = Trainer.fit(request(network(false, 4), options));
    assertThat(result.epochs()).isEqualTo(2);
    assertThat(result.bestEpoch()).isZero();
  }

  @Test
  void fit_studentWithoutLabels_comesNearItsTeacher() {
    TrainingResult teacher = Trainer.fit(request(network(true, 8), OPTIONS.withEpochs(12)));
    Objective objective = new Objective.Distillation(2, false, 1, 0, Map.of(), 1);
    List<Double> losses = new ArrayList<>();
    TrainingRequest request =
        TrainingRequest.of(
                description(),
                network(false, 4),
                data,
                objective,
                OPTIONS.withHoldout(0, 0).withEpochs(10))
            .withTeacher(new TrainingRequest.Teacher(description(), teacher.model()))
            .withProgress(at -> losses.add(at.loss()));
    TrainingResult student = Trainer.fit(request);
    assertThat(losses.getLast()).isLessThan(losses.getFirst() / 4);
    assertThat(student.heldOut()).isEmpty();
  }

  @Test
  void fit_trainedStudentOfALessSureTeacher_keepsWhatItKnows() {
    Model student = Trainer.fit(request(network(true, 8), OPTIONS.withEpochs(12))).model();
    Model teacher = scaled(student, 1f / 8, "dense.w", "dense.b");
    TrainingOptions once = OPTIONS.withEpochs(1).withHoldout(0, 0).withBatchStatistics(false);
    List<Double> losses = new ArrayList<>();
    for (boolean standardized : List.of(true, false)) {
      Objective objective = new Objective.Distillation(2, standardized, 1, 0, Map.of(), 1);
      Trainer.fit(
          TrainingRequest.of(description(), student, data, objective, once)
              .withTeacher(new TrainingRequest.Teacher(description(), teacher))
              .withProgress(at -> losses.add(at.loss())));
    }
    int steps = losses.size() / 2;
    assertThat(losses.subList(0, steps)).allMatch(loss -> loss < 0.02);
    assertThat(losses.subList(steps, 2 * steps)).allMatch(loss -> loss > 0.1);
  }

  @Test
  void fit_features_comeNearTheTeachers() {
    Model teacher = Trainer.fit(request(network(true, 8), OPTIONS.withEpochs(12))).model();
    List<Double> losses = new ArrayList<>();
    Objective objective =
        new Objective.Distillation(2, true, 0, 0, Map.of("r", "r", "p", "p", "f", "f"), 1);
    TrainingRequest request =
        TrainingRequest.of(
                description(), network(false, 8), data, objective, OPTIONS.withHoldout(0, 0))
            .withLabels(labels)
            .withTeacher(new TrainingRequest.Teacher(description(), teacher))
            .withProgress(at -> losses.add(at.loss()));
    Trainer.fit(request);
    assertThat(losses.getLast()).isLessThan(losses.getFirst() / 3);
  }

  @Test
  void fit_featuresThatAreNotThereOrDoNotFit_areNamed() {
    Model teacher = network(true, 8);
    Map<Map<String, String>, String> refused =
        Map.of(
            Map.of("nowhere", "r"), "'nowhere', which no node of the student gives",
            Map.of("r", "nowhere"), "'nowhere', which no node of the teacher gives",
            Map.of("p", "p"),
                "--feature p=p: the student's value is [24, 4, 2, 2], the teacher's [24, 8, 2, 2]");
    refused.forEach((features, message) -> {
      Objective objective = new Objective.Distillation(2, true, 1, 0, features, 1);
      TrainingRequest request =
          TrainingRequest.of(description(), network(true, 4), data, objective, OPTIONS)
              .withTeacher(new TrainingRequest.Teacher(description(), teacher));
      assertThatThrownBy(() -> Trainer.fit(request))
          .isInstanceOf(SkerryException.class)
          .hasMessageContaining(message);
    });
  }

  @Test
  void fit_recurrentNetwork_learns_andKeepsItsLayers() {
    Model model =
        ModelSketch.opset(17)
            .input("x", "N", 1, 6, 6)
            .node("Transpose", "x", "t")
            .ints("perm", 2, 0, 1, 3)
            .longs("rows", 6, -1, 6)
            .node("Reshape", "t rows", "s")
            .weights("lstm.w", 2, 32, 6)
            .weights("lstm.r", 2, 32, 8)
            .weights("lstm.b", 2, 64)
            .node("LSTM", "s lstm.w lstm.r lstm.b", "- h")
            .with("hidden_size", 8)
            .with("direction", "bidirectional")
            .node("Transpose", "h", "j")
            .ints("perm", 1, 0, 2)
            .node("Flatten", "j", "f")
            .weights("dense.w", 16, 4)
            .node("MatMul", "f dense.w", "y")
            .output("y")
            .model();
    TrainingResult result = Trainer.fit(request(model, OPTIONS.withEpochs(15)));
    assertThat(result.heldOut().orElseThrow()).isGreaterThan(0.9);
    assertThat(result.trained()).contains("lstm.w", "lstm.r", "lstm.b");
    assertThat(result.model().graph().nodes()).isEqualTo(model.graph().nodes());
  }

  @Test
  void fit_constantsThatIdentitiesPassOn_areTrainedEachByItself() {
    Model model =
        ModelSketch.opset(17)
            .input("x", "N", 1, 6, 6)
            .weights("conv.w", 6, 1, 3, 3)
            .weights("equal", 6)
            .node("Identity", "equal", "conv.b")
            .node("Identity", "conv.b", "moved")
            .node("Conv", "x conv.w conv.b", "c")
            .ints("pads", 1, 1, 1, 1)
            .node("Relu", "c", "r")
            .node("GlobalMaxPool", "r", "p")
            .node("Flatten", "p", "f")
            .node("Add", "f moved", "a")
            .weights("dense.w", 6, 4)
            .node("MatMul", "a dense.w", "y")
            .output("y")
            .model();
    TrainingResult result = Trainer.fit(request(model, OPTIONS.withEpochs(1)));
    assertThat(result.trained()).containsExactly("conv.w", "dense.w", "conv.b", "moved");
    Map<String, Tensor> constants = result.model().graph().initializers();
    assertThat(constants.get("conv.b")).isNotEqualTo(constants.get("moved"));
  }

  private static Model scaled(Model model, float factor, String... names) {
    LinkedHashMap<String, Tensor> constants = new LinkedHashMap<>(model.graph().initializers());
    for (String name : names) {
      constants.computeIfPresent(
          name,
          (_, tensor) -> {
            float[] values = tensor.toFloats();
            for (int i = 0; i < values.length; i++) {
              values[i] *= factor;
            }
            return Tensor.ofFloats(tensor.dims(), values);
          });
    }
    return model.withGraph(model.graph().withInitializers(constants));
  }

  @Test
  void fit_learningRateThatOnlyDoesHarm_givesTheStart() {
    Model start = Trainer.fit(request(network(true, 8), OPTIONS.withEpochs(12))).model();
    TrainingOptions harmful = OPTIONS.withEpochs(1).withUpdate(Update.sgd(0), 50);
    TrainingResult result = Trainer.fit(request(start, harmful));
    assertThat(result.bestEpoch()).isZero();
    requireSame(start, result.model());
  }

  /** As {@link #network}, with a layer between the first and the last. */
  private static Model deep() {
    return ModelSketch.opset(17)
        .input("x", "N", 1, 6, 6)
        .weights("conv.w", 8, 1, 3, 3)
        .weights("conv.b", 8)
        .node("Conv", "x conv.w conv.b", "c")
        .ints("pads", 1, 1, 1, 1)
        .node("Relu", "c", "r")
        .weights("inner.w", 8, 8, 3, 3)
        .node("Conv", "r inner.w", "i")
        .ints("pads", 1, 1, 1, 1)
        .batchNorm("i", "n", 8)
        .node("Relu", "n", "s")
        .node("MaxPool", "s", "p")
        .ints("kernel_shape", 3, 3)
        .ints("strides", 3, 3)
        .node("Flatten", "p", "f")
        .weights("hidden.w", 32, 8)
        .weights("hidden.b", 8)
        .node("Gemm", "f hidden.w hidden.b", "h")
        .node("Relu", "h", "g")
        .weights("dense.w", 8, 4)
        .weights("dense.b", 4)
        .node("Gemm", "g dense.w dense.b", "z")
        .node("Softmax", "z", "y")
        .output("y")
        .model();
  }

  @Test
  void fit_quantizedForm_learnsItsGrids_andDeploysWhatWasTrained() {
    Model start = Trainer.fit(request(deep(), OPTIONS)).model();
    QuantizationAwareTraining aware =
        QuantizationAwareTraining.of(description(), start, Target.of("x86-64-vnni"), 3, data);
    for (Update update : List.of(Update.adamW(1e-3), Update.sgd(0))) {
      TrainingOptions options = OPTIONS.withUpdate(update, 5e-3).withHoldout(0, 0);
      List<Double> losses = new ArrayList<>();
      Model trained =
          Trainer.fit(request(aware.training(), options).withProgress(at -> losses.add(at.loss())))
              .model();
      Model deployed = aware.quantized(trained);
      Verifier.require(deployed);
      assertThat(losses.getLast()).isLessThan(losses.getFirst());
      assertThat(deployed.graph().initializers().values())
          .filteredOn(tensor -> Arrays.equals(tensor.dims(), new long[] {8, 8, 3, 3}))
          .singleElement()
          .satisfies(levels -> {
            assertThat(levels.type()).isEqualTo(DataType.INT8);
            assertThat(levels.data().toArray(ValueLayout.JAVA_BYTE)).contains(-3, 3);
            for (byte level : levels.data().toArray(ValueLayout.JAVA_BYTE)) {
              assertThat(level).isBetween((byte) -3, (byte) 3);
            }
          });
      trained
          .graph()
          .initializers()
          .forEach((name, tensor) -> {
            if (name.endsWith("_scale")) {
              assertThat(tensor).as(name).matches(t -> !same(t, aware.training(), name));
            }
          });
      requireSameAnswers(trained, deployed);
    }
  }

  private static void requireSameAnswers(Model trained, Model deployed) {
    SplittableRandom random = new SplittableRandom(5);
    float[] x = new float[16 * 36];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-0.3, 2);
    }
    Map<String, Tensor> inputs = Map.of("x", Tensor.ofFloats(new long[] {16, 1, 6, 6}, x));
    try (Session a = Session.open(trained, StepRunner.config(1));
        Session b = Session.open(deployed, SessionConfig.standard())) {
      float[] wanted = a.run(inputs).firstEntry().getValue().toFloats();
      float[] given = b.run(inputs).firstEntry().getValue().toFloats();
      for (int i = 0; i < wanted.length; i++) {
        assertThat(given[i]).isCloseTo(wanted[i], within(0.03f));
      }
    }
  }

  @Test
  void quantizationAwareTraining_ofAFloatTarget_isRefused() {
    assertThatThrownBy(() ->
            QuantizationAwareTraining.of(description(), deep(), Target.of("gpu-fp16"), 8, data))
        .hasMessageContaining("is not of static int8");
    assertThatThrownBy(() ->
            QuantizationAwareTraining.of(description(), deep(), Target.of("x86-64-vnni"), 5, data))
        .hasMessageContaining("must be 8, 4 or 3, not 5");
  }

  @Test
  void fit_frozenParameters_stayAsTheyAre() {
    Model model = network(true, 4);
    TrainingOptions options = OPTIONS.withEpochs(1).withHoldout(0, 0).withFrozen(List.of("conv"));
    Model trained = Trainer.fit(request(model, options)).model();
    assertThat(trained.graph().initializers().get("conv.w"))
        .matches(tensor -> tensor != null && same(tensor, model, "conv.w"));
    assertThat(trained.graph().initializers().get("dense.w"))
        .matches(tensor -> tensor != null && !same(tensor, model, "dense.w"));
  }

  private static boolean same(Tensor tensor, Model model, String name) {
    Tensor original = model.graph().initializers().get(name);
    return original != null && tensor.contentEquals(original);
  }
}

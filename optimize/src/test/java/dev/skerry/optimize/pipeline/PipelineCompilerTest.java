package dev.skerry.optimize.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.OperatorSet;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.describe.AudioFeatures;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.Goal;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import dev.skerry.runtime.media.PictureView;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PipelineCompilerTest {
  /** Grey levels of a resized picture, as of {@code runtime.media}, which is Pillow's to one. */
  private static final double GREY_LEVEL = 1.0001;

  private static Model identities(ValueInfo... values) {
    List<Node> nodes =
        IntStream.range(0, values.length)
            .mapToObj(i -> Node.of("Identity", "", List.of(values[i].name()), List.of("y" + i)))
            .toList();
    List<ValueInfo> outputs =
        IntStream.range(0, values.length)
            .mapToObj(i -> new ValueInfo("y" + i, values[i].type(), Bytes.EMPTY))
            .toList();
    List<OperatorSet> opsets = List.of(new OperatorSet("", 17));
    Graph graph =
        new Graph(
            "g", List.of(values), outputs, List.of(), new LinkedHashMap<>(), nodes, Bytes.EMPTY);
    return new Model(8, opsets, "", "", new LinkedHashMap<>(), graph, List.of(), Bytes.EMPTY);
  }

  private static ModelDescription description(
      Map<String, InputSpec> inputs, SequencedMap<String, OutputSpec> outputs) {
    return new ModelDescription(
        Path.of("model.toml"),
        "m",
        "1",
        Path.of("model.onnx"),
        new LinkedHashMap<>(inputs),
        outputs,
        DataSpec.NONE,
        Goal.STANDARD);
  }

  private static MediaInput media(ModelDescription description, Model model) {
    return MediaInput.of(GraphInput.of(description, model).getFirst(), MediaLimits.DATA);
  }

  private static MediaInput.Media read(MediaInput input, byte... file) {
    return input.read("it", file, bytes -> Arena.ofAuto().allocate(bytes, 64));
  }

  private static Map<String, Tensor> run(Model model, Map<String, Tensor> inputs) {
    try (Session session = Session.open(model, SessionConfig.standard())) {
      return session.run(inputs);
    }
  }

  private static float[] first(Model model, Map<String, Tensor> inputs) {
    return Objects.requireNonNull(run(model, inputs).get("y0")).toFloats();
  }

  private static byte[] picture(int height, int width) throws IOException {
    SplittableRandom random = new SplittableRandom(height * 1000L + width);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = random.nextInt(0x1000000);
        int smooth = (y * 255 / height) << 16 | (x * 255 / width) << 8 | (x + y) % 256;
        image.setRGB(x, y, x < width / 2 ? noise : smooth);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "RGB, NCHW, STRETCH, 97, 130",
    "BGR, NHWC, STRETCH, 24, 32",
    "GRAY, NCHW, STRETCH, 50, 33",
    "RGB, NHWC, STRETCH, 11, 9",
    "RGB, NCHW, CROP, 97, 130",
    "BGR, NCHW, CROP, 130, 61",
    "GRAY, NHWC, LETTERBOX, 97, 201",
    "RGB, NCHW, LETTERBOX, 201, 97",
    "RGB, NHWC, LETTERBOX, 24, 32",
  })
  void compile_picture_preparesAsJavaDoes(
      InputSpec.Channels channels,
      InputSpec.Layout layout,
      InputSpec.Fit fit,
      int height,
      int width)
      throws IOException {
    Normalization line =
        channels == InputSpec.Channels.GRAY
            ? Normalization.of(1, 127, 128)
            : new Normalization(List.of(1.0), List.of(1.0, 20.0, 40.0), List.of(1.0, 2.0, 4.0));
    InputSpec.Image spec = new InputSpec.Image(24, 32, channels, layout, fit, line, false);
    long c = channels.count();
    ValueInfo x =
        layout == InputSpec.Layout.NCHW
            ? ValueInfo.of("x", DataType.FLOAT, 1, c, 24, 32)
            : ValueInfo.of("x", DataType.FLOAT, 1, 24, 32, c);
    Model model = identities(x);
    ModelDescription description = description(Map.of("x", spec), new LinkedHashMap<>());
    byte[] file = picture(height, width);

    Model compiled = PipelineCompiler.compile(model, description);
    Tensor raw = read(media(description, compiled), file).tensor();
    float[] made = first(compiled, Map.of("x", raw));

    assertThat(raw.dims()).containsExactly(1, height, width, 3);
    float[] wanted = read(media(description, model), file).tensor().toFloats();
    assertThat(made).hasSameSizeAs(wanted);
    double greatest = 0;
    double mean = 0;
    for (int i = 0; i < wanted.length; i++) {
      double difference = Math.abs(made[i] - wanted[i]);
      greatest = Math.max(greatest, difference);
      mean += difference / wanted.length;
    }
    assertThat(greatest).isLessThanOrEqualTo(GREY_LEVEL);
    assertThat(mean).isLessThan(0.02);
    description.check(compiled);
  }

  /**
   * A tone, another one and a sawtooth, 440 samples at 8 kHz. The features of it that stand below
   * were made with NumPy 2.4 and SciPy 1.17:
   *
   * <pre>
   * mel = lambda f: 2595*np.log10(1+f/700); hz = lambda m: 700*(10**(m/2595)-1)
   * e = hz(np.linspace(mel(20), mel(4000), 12)); f = np.fft.rfftfreq(256, 1/8000)
   * bank = [np.maximum(0, np.minimum((f-l)/(c-l), (r-f)/(r-c))) for l,c,r in zip(e, e[1:], e[2:])]
   * w = 0.5-0.5*np.cos(2*np.pi*np.arange(200)/200)
   * frames = np.array([x[i:i+200]*w for i in range(0, 241, 80)])
   * log_mel = np.log((np.abs(np.fft.rfft(frames, 256))**2) @ np.array(bank).T + 1e-6)
   * log_mel.ravel()[::3]; scipy.fft.dct(log_mel, norm='ortho')[:, :5].ravel()[::2]
   * </pre>
   */
  private static float[] sound() {
    float[] samples = new float[440];
    for (int t = 0; t < samples.length; t++) {
      samples[t] =
          (float)
              (0.5 * Math.sin(2 * Math.PI * 440 * t / 8000)
                  + 0.25 * Math.sin(2 * Math.PI * 1500 * t / 8000)
                  + (t % 7) / 100.0);
    }
    return samples;
  }

  private static float[] features(AudioFeatures.Kind kind, int coefficients, Normalization line) {
    AudioFeatures plan = new AudioFeatures(kind, 200, 80, 256, 10, coefficients, 20, 4000, 1e-6);
    InputSpec.Audio spec = new InputSpec.Audio(8000, 440, line, plan, false);
    Model model = identities(ValueInfo.of("x", DataType.FLOAT, 1, 4, coefficients));
    ModelDescription description = description(Map.of("x", spec), new LinkedHashMap<>());
    Model compiled = PipelineCompiler.compile(model, description);
    float[] samples = sound();
    for (int i = 0; i < samples.length; i++) {
      samples[i] /= line.scale().getFirst().floatValue();
    }
    Tensor raw = Tensor.ofFloats(new long[] {1, 440}, samples);
    return first(compiled, Map.of("x", raw));
  }

  private static void assertEveryNth(float[] values, int n, float... wanted) {
    assertThat(wanted).hasSize((values.length + n - 1) / n);
    for (int i = 0; i < wanted.length; i++) {
      assertThat(values[i * n]).as("value %d", i * n).isCloseTo(wanted[i], Offset.offset(2e-4f));
    }
  }

  @Test
  void compile_logMel_isWhatNumPyMakes() {
    Normalization scaled = Normalization.of(1.0 / 32768, 0, 1);

    assertEveryNth(
        features(AudioFeatures.Kind.LOG_MEL, 10, scaled),
        3,
        -0.92848f,
        -2.74234f,
        5.06504f,
        -0.93758f,
        6.69850f,
        4.96187f,
        -1.37890f,
        5.96293f,
        0.26437f,
        -0.62819f,
        -0.93595f,
        -2.73535f,
        5.06504f,
        -0.93758f);
  }

  @Test
  void compile_mfcc_isWhatSciPyMakes() {
    Normalization identity = Normalization.NONE;

    assertEveryNth(
        features(AudioFeatures.Kind.MFCC, 5, identity),
        2,
        5.16629f,
        -2.42211f,
        -2.45349f,
        3.33143f,
        2.59951f,
        5.16867f,
        -2.42088f,
        -2.45219f,
        3.33078f,
        2.59656f);
  }

  @Test
  void compile_sound_ofAnyLength_isPaddedAndCut() {
    InputSpec.Audio spec = new InputSpec.Audio(8000, 4, Normalization.of(0.5, 1, 2), null, false);
    Model model = identities(ValueInfo.of("x", DataType.FLOAT, 1, 2, 2));
    Model compiled =
        PipelineCompiler.compile(model, description(Map.of("x", spec), new LinkedHashMap<>()));

    Tensor shorter = Tensor.ofFloats(new long[] {1, 2}, 6, 10);
    Tensor longer = Tensor.ofFloats(new long[] {1, 5}, 6, 10, 14, 18, 22);

    assertThat(first(compiled, Map.of("x", shorter))).containsExactly(1, 2, -0.5f, -0.5f);
    assertThat(first(compiled, Map.of("x", longer))).containsExactly(1, 2, 3, 4);
  }

  private static InputSpec.Audio plainSound() {
    return new InputSpec.Audio(8000, 4, Normalization.NONE, null, false);
  }

  @ParameterizedTest
  @CsvSource({"3, -1, 0.5, 2", "0.2, 0.1, 0.6, 0.1"})
  void compile_classification_answersAsJavaDoes(float a, float b, float c, float d) {
    Model model = identities(ValueInfo.of("x", DataType.FLOAT, 1, 4));
    SequencedMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put("y0", OutputSpec.of(OutputSpec.Kind.CLASSIFICATION, List.of("p", "q")));
    Model compiled =
        PipelineCompiler.compile(model, description(Map.of("x", plainSound()), outputs));
    Map<String, Tensor> given =
        run(compiled, Map.of("x", Tensor.ofFloats(new long[] {1, 4}, a, b, c, d)));

    MediaAnswer.Labels answer =
        (MediaAnswer.Labels) MediaAnswer.of(outputs, given, PictureView.WHOLE);
    MediaAnswer.Labels wanted =
        (MediaAnswer.Labels)
            MediaAnswer.of(outputs, Map.of("y0", given.get("y0")), PictureView.WHOLE);

    assertThat(given).containsKeys("y0", "y0/classes", "y0/scores");
    assertThat(answer.labels().getFirst().label()).isEqualTo(wanted.labels().getFirst().label());
    for (int i = 0; i < 4; i++) {
      assertThat(answer.labels().get(i).score())
          .isCloseTo(wanted.labels().get(i).score(), Offset.offset(1e-6f));
    }
  }

  @ParameterizedTest
  @CsvSource({"STRETCH, 1", "LETTERBOX, 2", "CROP, 3"})
  void compile_detection_findsWhatJavaFinds(InputSpec.Fit fit, int seed) throws IOException {
    int count = 300;
    Model model =
        identities(
            ValueInfo.of("x", DataType.FLOAT, 1, 3, 24, 32),
            ValueInfo.of("scores", DataType.FLOAT, 1, count, 3),
            ValueInfo.of("boxes", DataType.FLOAT, 1, count, 4));
    SequencedMap<String, OutputSpec> outputs = new LinkedHashMap<>();
    outputs.put(
        "y1",
        new OutputSpec(OutputSpec.Kind.DETECTION, List.of("a", "background", "b"), "y2", 0.7, 0.3));
    InputSpec.Image spec =
        new InputSpec.Image(
            24, 32, InputSpec.Channels.RGB, InputSpec.Layout.NCHW, fit, Normalization.NONE, false);
    ModelDescription description =
        description(Map.of("x", spec, "scores", new InputSpec.Array(Normalization.NONE)), outputs);
    Model compiled = PipelineCompiler.compile(model, description);
    MediaInput.Media media = read(media(description, compiled), picture(40, 90));
    SplittableRandom random = new SplittableRandom(seed);
    float[] scores = new float[count * 3];
    float[] boxes = new float[count * 4];
    for (int i = 0; i < count; i++) {
      float x = (float) random.nextDouble(0, 0.8);
      float y = (float) random.nextDouble(0, 0.8);
      boxes[4 * i] = x;
      boxes[4 * i + 1] = y;
      boxes[4 * i + 2] = x + (float) random.nextDouble(0.05, 0.2);
      boxes[4 * i + 3] = y + (float) random.nextDouble(0.05, 0.2);
      for (int c = 0; c < 3; c++) {
        scores[3 * i + c] = i == 0 && c == 0 ? 0.7f : (float) random.nextDouble();
      }
    }
    Map<String, Tensor> given =
        run(
            compiled,
            Map.of(
                "x", media.tensor(),
                "scores", Tensor.ofFloats(new long[] {1, count, 3}, scores),
                "boxes", Tensor.ofFloats(new long[] {1, count, 4}, boxes)));

    List<MediaAnswer.Box> found =
        ((MediaAnswer.Boxes) MediaAnswer.of(outputs, given, media.view())).boxes();
    Map<String, Tensor> plain = Map.of("y1", given.get("y1"), "y2", given.get("y2"));
    List<MediaAnswer.Box> wanted =
        ((MediaAnswer.Boxes) MediaAnswer.of(outputs, plain, media.view())).boxes();

    assertThat(wanted).hasSizeGreaterThan(20);
    assertThat(found).hasSize(Math.min(100, wanted.size()));
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).label()).isEqualTo(wanted.get(i).label());
      assertThat(found.get(i).found().score()).isEqualTo(wanted.get(i).found().score());
      assertThat(found.get(i).found().x1())
          .isCloseTo(wanted.get(i).found().x1(), Offset.offset(1e-5f));
      assertThat(found.get(i).found().y2())
          .isCloseTo(wanted.get(i).found().y2(), Offset.offset(1e-5f));
    }
  }

  @Test
  void compile_numbersOnlyOrTwice_isRefused() {
    Model model = identities(ValueInfo.of("x", DataType.FLOAT, 1, 4));
    ModelDescription numbers =
        description(Map.of("x", new InputSpec.Array(Normalization.NONE)), new LinkedHashMap<>());
    ModelDescription sound = description(Map.of("x", plainSound()), new LinkedHashMap<>());
    Model compiled = PipelineCompiler.compile(model, sound);

    assertThatThrownBy(() -> PipelineCompiler.compile(model, numbers))
        .hasMessageContaining("no input is a picture or sound");
    assertThatThrownBy(() -> PipelineCompiler.compile(compiled, sound))
        .hasMessageContaining("compiled before");
  }
}

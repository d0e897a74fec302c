package dev.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.skerry.agent.control.ControlClient;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.wire.AgentStatus;
import dev.skerry.wire.ModelStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A device, in a process of its own, whose engine has the WebGPU provider. {@code .ci/run} prepares
 * an engine library and a Vulkan driver, which computes in software where there is no graphics
 * processor, and names them in the environment.
 */
@Tag("real-data")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GpuBackendTest {
  private static final Optional<String> ENGINE = setting("SKERRY_GPU_ENGINE");
  private static final Optional<String> DRIVER = setting("SKERRY_GPU_DRIVER");
  private static final String MISSING =
      "NO GPU PATH: running on WebGPU is not tested. .ci/run says what it needs and sets"
          + " SKERRY_GPU_ENGINE and SKERRY_GPU_DRIVER";
  private static final int PIXELS = 32 * 32 * 3;
  private static final int MOST_LOOKS = 600;

  private Path folder = Path.of("");
  private Path model = Path.of("");
  private String input = "";

  private static Optional<String> setting(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }

  @BeforeAll
  void publishOnce(@TempDir Path scratch) throws IOException {
    folder = scratch;
    if (ENGINE.isEmpty() || DRIVER.isEmpty()) {
      if ("required".equals(System.getenv("SKERRY_GPU"))) {
        throw new AssertionError(MISSING);
      }
      System.err.println(MISSING);
      Assumptions.abort(MISSING);
    }
    Path models = Path.of(System.getProperty("skerry.data", "../../shared/data"), "models");
    Assumptions.assumeTrue(Files.isDirectory(models), "skipped: no models in " + models);
    model = models.resolve("resnet8-cifar10").resolve("model.onnx").toAbsolutePath();
    Path repository = folder.resolve("repo");
    TufRepository.init(
        new SystemDisk(),
        repository,
        new KeyFolder(KeyFolder.beside(repository), (_, _) -> "not secret".toCharArray()),
        RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
        InstantSource.system());
    Path passphrase = Files.writeString(folder.resolve("passphrase"), "not secret");
    Files.setPosixFilePermissions(passphrase, PosixFilePermissions.fromString("rw-------"));
    Path release = folder.resolve("resnet8.release");
    run(
        "release",
        "build",
        model.resolveSibling("model.toml").toString(),
        "--variant=generic=" + model,
        "--variant=webgpu=" + model,
        "--out=" + release);
    run(
        "release",
        "publish",
        release.toString(),
        "--repo=" + repository,
        "--passphrase-file=" + passphrase);
  }

  private static void run(String... arguments) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.plain(new ByteArrayOutputStream(), err);
    int exitCode = Skerry.run(terminal, arguments);
    terminal.flush();
    assertThat(exitCode).as(err.toString(StandardCharsets.UTF_8)).isZero();
  }

  /** An agent that considers {@code providers}, as a process. */
  private final class Device implements AutoCloseable {
    final int port;
    private final Process process;
    private final Path log;

    Device(String name, String providers) throws IOException {
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      Path config =
          Files.writeString(
              folder.resolve(name + ".toml"),
              """
              repository = "repo"
              root = "repo/metadata/1.root.json"
              models = ["resnet8-cifar10"]
              data = "%s"
              listen = "127.0.0.1:%d"
              [engine]
              library = "%s"
              providers = [%s]
              [probe]
              time = "10 ms"
              """
                  .formatted(name, port, ENGINE.orElseThrow(), providers));
      log = folder.resolve(name + ".log");
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              "dev.skerry.cli.Main",
              "agent",
              "run",
              "--config",
              config.toString());
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      Map<String, String> environment = builder.environment();
      Path driver = Path.of(DRIVER.orElseThrow());
      environment.put("VK_ICD_FILENAMES", driver.toString());
      environment.put("LD_LIBRARY_PATH", String.valueOf(driver.getParent())); // its Vulkan loader
      process = builder.start();
    }

    /** What it runs the model on, once it serves. */
    ModelStatus.Backend backend() throws Exception {
      for (int i = 0; i < MOST_LOOKS && process.isAlive(); i++) {
        Optional<ModelStatus.Backend> found =
            new ControlClient("127.0.0.1", port)
                .status().map(AgentStatus::models).stream()
                    .flatMap(List::stream)
                    .flatMap(status -> status.backend().stream())
                    .findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        process.waitFor(200, TimeUnit.MILLISECONDS);
      }
      throw new AssertionError("it does not serve: " + Files.readString(log));
    }

    float[] infer(float[] pixels) throws Exception {
      String request =
          """
          {"inputs": [{"name": "%s", "shape": [1, 32, 32, 3], "datatype": "FP32", "data": %s}]}
          """
              .formatted(input, Arrays.toString(pixels));
      URI uri = URI.create("http://127.0.0.1:%d/v2/models/resnet8-cifar10/infer".formatted(port));
      try (HttpClient http = HttpClient.newHttpClient()) {
        HttpResponse<byte[]> response =
            http.send(
                HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofString(request))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode scored = new JsonMapper().readTree(response.body()).at("/outputs/0/data");
        float[] scores = new float[scored.size()];
        for (int i = 0; i < scores.length; i++) {
          scores[i] = scored.get(i).floatValue();
        }
        return scores;
      }
    }

    @Override
    public void close() throws Exception {
      process.destroy();
      assertThat(process.waitFor()).as("exit code after SIGTERM").isEqualTo(128 + 15);
    }
  }

  private static float[] pixels() {
    Random random = new Random(1);
    float[] pixels = new float[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      pixels[i] = random.nextInt(256);
    }
    return pixels;
  }

  private float[] onProcessor(float[] pixels) {
    try (Session session = Session.open(model, SessionConfig.standard())) {
      input = session.inputs().getFirst().name();
      Map<String, Tensor> given = Map.of(input, Tensor.ofFloats(new long[] {1, 32, 32, 3}, pixels));
      String output = session.outputs().getFirst().name();
      return Objects.requireNonNull(session.run(given, List.of(output)).get(output)).toFloats();
    }
  }

  @Test
  void graphicsProcessorAlone_servesTheSameAnswers() throws Exception {
    try (Device device = new Device("gpu", "\"webgpu\"")) {
      assertThat(device.backend().name()).isEqualTo("webgpu");

      float[] pixels = pixels();
      float[] expected = onProcessor(pixels);
      float[] found = device.infer(pixels);
      assertThat(found).hasSameSizeAs(expected);
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i]).isCloseTo(expected[i], offset(1e-5f));
      }
    }
  }

  @Test
  void besideTheProcessor_theFasterOneIsTakenAndTheOtherMeasured() throws Exception {
    try (Device device = new Device("both", "\"webgpu\", \"cpu\"")) {
      ModelStatus.Backend backend = device.backend();

      assertThat(backend.considered())
          .extracting(ModelStatus.Considered::backend)
          .containsExactly("webgpu", "cpu");
      assertThat(backend.considered()).allSatisfy(each -> assertThat(each.p50Micros()).isPresent());
      ModelStatus.Considered fastest =
          backend.considered().stream()
              .min(Comparator.comparing(each -> each.p50Micros().orElseThrow()))
              .orElseThrow();
      assertThat(backend.name()).isEqualTo(fastest.backend());
      assertThat(fastest.why()).isEmpty();
    }
  }
}

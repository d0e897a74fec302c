package dev.skerry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.SmallModels;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.runtime.ThreadPriority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtEngineTest {
  private static final int CYCLES = 100;

  /** What the allocator may keep besides: far below what the sessions hold together. */
  private static final long SLACK_BYTES = 24 << 20;

  /** Of the fields in /proc/PID/stat behind the name, proc(5). */
  private static final int NICE = 16;

  @TempDir Path folder;

  private static Map<String, Tensor> rows(int columns) {
    return Map.of("x", Tensor.ofFloats(new long[] {1, columns}, new float[columns]));
  }

  @Test
  void version_namesTheEngine() {
    assertThat(OrtEngine.standard().version()).matches("onnxruntime \\d+\\.\\d+\\.\\d+");
  }

  @Test
  void load_ofSomethingElse_saysWhat() throws IOException {
    Path file = Files.writeString(folder.resolve("model.onnx"), "not a model");

    assertThatThrownBy(() -> OrtEngine.standard().load(file))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("model.onnx");
  }

  @Test
  void loadingAndClosingAgainAndAgain_growsNoMemory() throws IOException {
    Path file = folder.resolve("large.onnx");
    ModelWriter.write(SmallModels.chain(512, 4), file); // 4 MiB of weights
    cycles(file, 10);
    OptionalLong before = ProcessMemory.residentBytes();
    int owners = Engine.liveOwners();
    Assumptions.assumeTrue(before.isPresent(), "skipped: the system does not say what is resident");

    cycles(file, CYCLES);

    long grown = ProcessMemory.residentBytes().orElseThrow() - before.getAsLong();
    assertThat(grown).as("bytes after %d cycles", CYCLES).isLessThan(SLACK_BYTES);
    assertThat(Engine.liveOwners()).isEqualTo(owners);
  }

  private static void cycles(Path file, int count) {
    for (int i = 0; i < count; i++) {
      try (LoadedModel model = OrtEngine.standard().load(file)) {
        assertThat(model.run(rows(512))).containsOnlyKeys("y");
      }
    }
  }

  @Test
  void run_beyondTheLimit_isStoppedAndFails() throws IOException {
    Path file = folder.resolve("slow.onnx");
    ModelWriter.write(SmallModels.chain(512, 40), file);
    try (LoadedModel model = new OrtEngine(1, Duration.ofMillis(20)).load(file)) {
      Tensor many = Tensor.ofFloats(new long[] {512, 512}, new float[512 * 512]);

      assertThatThrownBy(() -> model.run(Map.of("x", many)))
          .isInstanceOfSatisfying(
              SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE))
          .hasMessageContaining("stopped after the limit of 20 ms");
      assertThat(model.run(rows(512))).as("later runs").containsOnlyKeys("y");
    }
  }

  @Test
  void load_inBackground_lowersTheThreadsThatShareARun() throws IOException {
    Assumptions.assumeTrue(ThreadPriority.isSupported(), "skipped: no priorities of threads here");
    Path file = folder.resolve("model.onnx");
    ModelWriter.write(SmallModels.chain(64, 2), file);
    OrtEngine engine = new OrtEngine(3, OrtEngine.RUN_LIMIT);
    Set<Path> before = threads();

    try (LoadedModel usual = engine.load(file)) {
      Set<Path> between = threads();
      try (LoadedModel background = engine.inBackground().load(file)) {
        assertThat(niceOfNew(before, between)).doesNotContain(ThreadPriority.LOW);
        // two besides the caller, who is of low priority already
        assertThat(niceOfNew(between, threads())).contains(ThreadPriority.LOW, ThreadPriority.LOW);
      }
    }
  }

  private static Set<Path> threads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.collect(Collectors.toSet());
    }
  }

  /** Nice values of the threads that are in {@code now} alone. */
  private static List<Integer> niceOfNew(Set<Path> before, Set<Path> now) throws IOException {
    List<Integer> values = new ArrayList<>();
    for (Path task : now) {
      if (!before.contains(task)) {
        String stat = Files.readString(task.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        values.add(Integer.valueOf(fields[NICE]));
      }
    }
    return values;
  }
}

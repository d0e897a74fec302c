package dev.skerry.bundle.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceTest {
  private static final long MB = 1_000_000;

  /** Ladders as the built-in targets make them, the plain one first. */
  private static final List<Ladder> LADDERS =
      List.of(
          new Ladder(
              "generic", Releases.needs("any"), List.of(rung("generic.1", 20, 400, 60 * MB))),
          new Ladder(
              "x86-64-v3",
              new Ladder.Needs(
                  "x86-64",
                  List.of("avx2"),
                  List.of(),
                  List.of("avx512_vnni", "avx_vnni"),
                  List.of("cpu")),
              List.of(rung("x86-64-v3.1", 5, 200, 20 * MB))),
          new Ladder(
              "x86-64-vnni",
              new Ladder.Needs(
                  "x86-64",
                  List.of(),
                  List.of("avx512_vnni", "avx_vnni"),
                  List.of(),
                  List.of("cpu")),
              List.of(
                  rung("x86-64-vnni.1", 6, 100, 44 * MB), rung("x86-64-vnni.2", 4, 50, 30 * MB))),
          new Ladder(
              "arm64-dot",
              Releases.needs("arm64", "asimddp"),
              List.of(Releases.variant("arm64-dot.1", 5 * MB))),
          new Ladder(
              "gpu-fp16",
              new Ladder.Needs(
                  "any", List.of(), List.of(), List.of(), List.of("tensorrt", "cuda", "cpu")),
              List.of(rung("gpu-fp16.1", 10, 30, 90 * MB))));

  private static Variant rung(String name, long megabytes, double micros, long memory) {
    return Releases.variant(name, megabytes * MB, Optional.of(micros), Optional.of(memory));
  }

  private static DeviceFacts device(
      String architecture, String features, String providers, long memory, long opset) {
    return new DeviceFacts(
        architecture,
        Set.of(features.split(" ")),
        List.of(providers.split(" ")),
        memory,
        4,
        "onnxruntime 1.29.0",
        new TreeMap<>(Map.of(Variant.STANDARD_OPERATORS, opset)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // device                                  memory, opset, allowed µs and MB   what it takes
        "x86-64  | avx2 avx512_vnni | cpu           | 1000 | 17 |     |    | x86-64-vnni.1",
        "x86-64  | avx2 avx_vnni    | cpu           | 1000 | 17 |     |    | x86-64-vnni.1",
        "x86-64  | avx2             | cpu           | 1000 | 17 |     |    | x86-64-v3.1",
        "x86-64  | sse2             | cpu           | 1000 | 17 |     |    | generic.1",
        "arm64   | asimddp          | cpu           | 1000 | 17 |     |    | arm64-dot.1",
        "arm64   | asimd            | cpu           | 1000 | 17 |     |    | generic.1",
        "riscv64 | v                | cpu           | 1000 | 17 |     |    | generic.1",
        "x86-64  | avx2 avx512_vnni | cuda cpu      | 1000 | 17 |     |    | gpu-fp16.1",
        "riscv64 | v                | cuda cpu      | 1000 | 17 |     |    | gpu-fp16.1",
        "x86-64  | avx2 avx512_vnni | cuda cpu      |   80 | 17 |     |    | x86-64-vnni.1",
        "x86-64  | avx2 avx512_vnni | cpu           |   32 | 17 |     |    | x86-64-vnni.2",
        "x86-64  | avx2 avx512_vnni | cpu           |   29 | 17 |     |    | none",
        "x86-64  | avx2 avx512_vnni | cpu           | 1000 | 17 |  60 |    | x86-64-vnni.2",
        "x86-64  | avx2 avx512_vnni | cpu           | 1000 | 17 |     | 31 | x86-64-vnni.2",
        "x86-64  | avx2 avx512_vnni | cpu           | 1000 | 17 |  49 |    | none",
        "arm64   | asimddp          | cpu           | 1000 | 17 |   1 |    | arm64-dot.1",
        "arm64   | asimddp          | cpu           |    4 | 17 |     |    | none",
        "x86-64  | avx2 avx512_vnni | cpu           | 1000 | 16 |     |    | none",
        "x86-64  | avx2 avx512_vnni | openvino      | 1000 | 17 |     |    | none",
      })
  void of_takes(
      String architecture,
      String features,
      String providers,
      long memory,
      long opset,
      Double micros,
      Long allowed,
      String expected) {
    Budgets budgets =
        new Budgets(Optional.ofNullable(micros), Optional.ofNullable(allowed).map(mb -> mb * MB));

    Choice choice =
        Choice.of(LADDERS, device(architecture, features, providers, memory * MB, opset), budgets);

    String explanation = choice.explanation().stream().collect(Collectors.joining("\n"));
    assertThat(choice.taken().map(taken -> taken.variant().name()).orElse("none"))
        .as(explanation)
        .isEqualTo(expected);
    choice
        .taken()
        .ifPresent(taken -> assertThat(taken.ladder().variants()).contains(taken.variant()));
  }

  @Test
  void of_doesNotDependOnTheOrderOfLadders() {
    DeviceFacts device = device("x86-64", "avx2 avx512_vnni", "cpu", 1000 * MB, 17);

    assertThat(Choice.of(LADDERS.reversed(), device, Budgets.NONE).taken())
        .isEqualTo(Choice.of(LADDERS, device, Budgets.NONE).taken());
  }

  @Test
  void explanation_saysWhyForEachLadderAndRung() {
    DeviceFacts device = device("x86-64", "avx2 avx512_vnni", "cpu", 32 * MB, 17);

    assertThat(Choice.of(LADDERS, device, Budgets.NONE).explanation())
        .containsExactly(
            "this device: x86-64, 4 cores, 32 MB free, cpu, onnxruntime 1.29.0",
            "x86-64-v3: is for devices without avx512_vnni: skipped",
            "arm64-dot: is for arm64 and this is x86-64: skipped",
            "gpu-fp16: needs the provider tensorrt or cuda: skipped",
            "x86-64-vnni.1: needs 44 MB of 32 MB free: skipped",
            "x86-64-vnni.2: taken; the most specific class that fits is x86-64-vnni");
  }

  @Test
  void explanation_ofNothing_saysEveryObstacle() {
    DeviceFacts device = device("x86-64", "avx2", "cpu", 1000 * MB, 13);

    assertThat(
            Choice.of(LADDERS, device, new Budgets(Optional.of(150.0), Optional.of(25 * MB)))
                .explanation())
        .contains(
            "x86-64-vnni: needs one of avx512_vnni, avx_vnni: skipped",
            "x86-64-v3.1: uses version 17 of ai.onnx and onnxruntime 1.29.0 runs up to 13: skipped",
            "no variant of this release runs on this device");
  }

  @Test
  void explanation_ofBudgets_saysWhoseTheyAre() {
    DeviceFacts device = device("x86-64", "avx2", "cpu", 1000 * MB, 17);

    assertThat(
            Choice.of(LADDERS, device, new Budgets(Optional.of(150.0), Optional.of(25 * MB)))
                .explanation())
        .contains(
            "x86-64-v3.1: took 200 µs where it was built, of 150 µs allowed: skipped",
            "generic.1: needs 60 MB of 25 MB allowed: skipped");
  }
}

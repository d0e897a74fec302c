package dev.skerry.optimize.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.quantize.IntegerType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TargetTest {
  @Test
  void of_everyBuiltInName_readsATargetOfThatName() {
    assertThat(Target.BUILT_IN)
        .allSatisfy(name -> assertThat(Target.of(name).name()).isEqualTo(name));
  }

  @Test
  void includes_vnniMachine_isOfTheVnniClassOnly() {
    Machine vnni = new Machine("cpu", "x86-64", Set.of("avx2", "avx512_vnni"), 2);

    assertThat(Target.BUILT_IN.stream().filter(name -> Target.of(name).includes(vnni)))
        .containsExactly("x86-64-vnni", "generic");
  }

  @Test
  void of_unknownName_listsWhatThereIs() {
    assertThatThrownBy(() -> Target.of("x86"))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining("x86-64-vnni, x86-64-v3, arm64-dot");
  }

  @Test
  void of_fileOfTheUsers_isReadAndAllItsProblemsNamed(@TempDir Path folder) throws IOException {
    Path good = folder.resolve("board.toml");
    Files.writeString(
        good,
        """
        name = "board"
        [machine]
        architecture = "arm64"
        [variant]
        activations = "int8"
        """);
    Path bad = folder.resolve("bad.toml");
    Files.writeString(bad, "name = \"b\"\n[variant]\nactivation = \"int8\"\nform = \"int9\"\n");

    assertThat(Target.of(good.toString()).activations()).isEqualTo(IntegerType.INT8);
    assertThatThrownBy(() -> Target.of(bad.toString()))
        .hasMessageContaining("activation")
        .hasMessageContaining("activations")
        .hasMessageContaining("int9");
  }
}

package dev.skerry.cli.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.blob.Assembler;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ModelRecipeTest {
  private final SystemDisk disk = new SystemDisk();
  @TempDir Path scratch = Path.of("");

  /** Puts the file together from its own blobs and compares bit for bit. */
  private Recipe assertRebuilds(Path file) {
    Recipe recipe = ModelRecipe.of(file);
    BlobBag blobs = new BlobBag(disk);
    blobs.add(recipe, file);
    Path again = scratch.resolve("again.onnx");

    Assembler.assemble(disk, recipe, blobs, again);

    assertThat(again).hasSameBinaryContentAs(file);
    return recipe;
  }

  private Path written(SequencedMap<String, Tensor> constants) {
    Node add = Node.of("Relu", "relu", List.of("x"), List.of("y"));
    Graph graph =
        new Graph(
            "g",
            List.of(ValueInfo.of("x", DataType.FLOAT, 1)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 1)),
            List.of(),
            constants,
            List.of(add),
            Bytes.EMPTY);
    Path file = scratch.resolve("model.onnx");
    ModelWriter.write(Model.of(8, 17, graph), file);
    return file;
  }

  private static Tensor floats(int count, float first) {
    float[] values = new float[count];
    values[0] = first;
    return Tensor.ofFloats(new long[] {count}, values);
  }

  @Test
  void of_makesLargeConstantsBlobsAndEqualOnesTheSame() {
    SequencedMap<String, Tensor> constants = new LinkedHashMap<>();
    constants.put("a", floats(2000, 1));
    constants.put("bias", floats(10, 1));
    constants.put("b", floats(2000, 2));
    constants.put("like-a", floats(2000, 1));

    Recipe recipe = assertRebuilds(written(constants));

    assertThat(recipe.blobs().values()).contains(8000L).hasSize(3);
    assertThat(recipe.pieces()).hasSize(7);
    assertThat(recipe.pieces().get(1).blob()).isEqualTo(recipe.pieces().get(5).blob());
  }

  @Test
  void of_aModelWithoutLargeConstants_isOnePiece() {
    Recipe recipe = assertRebuilds(written(new LinkedHashMap<>()));

    assertThat(recipe.pieces()).hasSize(1);
    assertThat(recipe.pieces().getFirst().blob()).isEqualTo(recipe.digest());
  }

  @Test
  void of_whatIsNoModel_saysSo() throws IOException {
    Path file = Files.write(scratch.resolve("x.onnx"), new byte[] {1, 2, 3});

    assertThatThrownBy(() -> ModelRecipe.of(file))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("not an ONNX model");
  }

  @TestFactory
  @Tag("real-data")
  Stream<DynamicTest> of_realModels_givesThemBackBitForBit() throws IOException {
    return RealModels.all().stream()
        .map(file -> DynamicTest.dynamicTest(file.toString(), () -> assertRebuilds(file)));
  }
}

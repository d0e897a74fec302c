package dev.skerry.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("real-data")
class RealModelsTest {
  @TempDir Path folder;

  static List<Path> models() {
    return RealModels.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModel_writtenAndReadAgain_isTheSame(Path file) {
    Path copy = folder.resolve("copy.onnx");
    try (ModelFile original = ModelReader.read(file)) {
      ModelWriter.write(original.model(), copy);
      try (ModelFile again = ModelReader.read(copy)) {
        assertThat(GraphDiff.between(original.model(), again.model())).isEmpty();
        assertThat(ModelWriter.toBytes(again.model()))
            .isEqualTo(ModelWriter.toBytes(original.model()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModel_writtenWithExternalWeights_isTheSame(Path file) {
    Path copy = folder.resolve("copy.onnx");
    try (ModelFile original = ModelReader.read(file)) {
      ModelWriter.writeExternal(original.model(), copy, 100);
      try (ModelFile again = ModelReader.read(copy)) {
        assertThat(GraphDiff.between(original.model(), again.model())).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModel_isValid(Path file) {
    try (ModelFile original = ModelReader.read(file)) {
      assertThat(Verifier.verify(original.model())).isEmpty();
    }
  }
}

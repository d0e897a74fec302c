package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class ScratchFolderTest {
  @Test
  void close_takesTheFilesAway() throws IOException {
    Path file;
    try (ScratchFolder scratch = ScratchFolder.create()) {
      file = Files.writeString(scratch.file("a"), "a");
      assertThat(file).exists();
    }
    assertThat(file.getParent()).doesNotExist();
  }

  @Test
  void isNeededFor_largeWeightsOnly() {
    assertThat(ScratchFolder.isNeededFor(SmallModels.chain(8, 2))).isFalse();
    long large = ScratchFolder.MAX_WEIGHT_BYTES_IN_MEMORY + 1;
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
      weights.put("w", Tensor.of(DataType.UINT8, new long[] {large}, arena.allocate(large)));
      assertThat(ScratchFolder.isNeededFor(SmallModels.model(List.of(), List.of(), weights)))
          .isTrue();
    }
  }
}

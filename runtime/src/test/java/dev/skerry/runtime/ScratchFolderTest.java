package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import java.io.IOException;
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
    SequencedMap<String, Tensor> weights = new LinkedHashMap<>();
    Tensor mebibyte = Tensor.ofBytes(DataType.UINT8, new long[] {1 << 20}, new byte[1 << 20]);
    for (long i = 0; i <= ScratchFolder.MAX_WEIGHT_BYTES_IN_MEMORY >> 20; i++) {
      weights.put("w" + i, mebibyte);
    }
    Model large = SmallModels.model(List.of(), List.of(), weights);
    assertThat(ScratchFolder.isNeededFor(large)).isTrue();
  }
}

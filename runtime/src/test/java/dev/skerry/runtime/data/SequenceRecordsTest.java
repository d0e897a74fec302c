package dev.skerry.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.media.MadeMedia;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data of a model that adds up the windows of a recording, two new samples at a time. */
class SequenceRecordsTest {
  private static final String DESCRIPTION =
      """
      name = "sum"
      model = "m.onnx"
      [input.x]
      kind = "audio"
      sample-rate = 8000
      length = 3
      hop = 2
      [input.kept]
      kind = "state"
      next = "left"
      [input.gain]
      kind = "constant"
      value = 10
      """;

  @TempDir Path folder;

  private static ValueInfo rows(String name) {
    return ValueInfo.of(
        name,
        new Type.Tensor(
            DataType.FLOAT, List.of(new Dimension.Symbol("N"), new Dimension.Fixed(3))));
  }

  /** {@code left = gain * x + kept}. */
  private static Model model() {
    return Model.of(
        9,
        17,
        new Graph(
            "g",
            List.of(rows("x"), rows("kept"), ValueInfo.of("gain", DataType.FLOAT)),
            List.of(rows("left")),
            List.of(),
            new LinkedHashMap<>(),
            List.of(
                Node.of("Mul", "mul", List.of("x", "gain"), List.of("more")),
                Node.of("Add", "add", List.of("more", "kept"), List.of("left"))),
            Bytes.EMPTY));
  }

  private ModelDescription described(String toml) throws IOException {
    return ModelDescription.read(Files.writeString(folder.resolve("model.toml"), toml));
  }

  private void wav(String name, int... samples) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int sample : samples) {
      bytes.putShort((short) sample);
    }
    Files.createDirectories(folder.resolve("set"));
    Files.write(folder.resolve("set").resolve(name), MadeMedia.wav(1, 1, 8000, 16, bytes.array()));
  }

  private static String shown(Sample sample) {
    return "%s x %s kept %s gain %s"
        .formatted(
            sample.name(),
            Arrays.toString(sample.input("x").toFloats()),
            Arrays.toString(sample.input("kept").toFloats()),
            sample.input("gain").toFloats()[0]);
  }

  @Test
  void open_recordings_givesWindowsWithTheStatesBeforeThem() throws IOException {
    wav("a.wav", 1, 2, 3, 4, 5);
    wav("b.wav", 7, 8);
    String a0 = "a.wav[0] x [0.0, 1.0, 2.0] kept [0.0, 0.0, 0.0] gain 10.0";
    String a1 = "a.wav[1] x [2.0, 3.0, 4.0] kept [0.0, 10.0, 20.0] gain 10.0";
    String a2 = "a.wav[2] x [4.0, 5.0, 0.0] kept [20.0, 40.0, 60.0] gain 10.0";
    String b0 = "b.wav[0] x [0.0, 7.0, 8.0] kept [0.0, 0.0, 0.0] gain 10.0";

    try (SampleSource source =
        SampleSource.open(described(DESCRIPTION), model(), folder.resolve("set"))) {
      List<String> all = new ArrayList<>();
      source.forEach(sample -> all.add(shown(sample)));

      assertThat(all).containsExactly(a0, a1, a2, b0);
      assertThat(shown(source.read(2))).isEqualTo(a2);
      List<String> some = new ArrayList<>();
      source.at(1, 3, 2).forEach(sample -> some.add(shown(sample)));
      assertThat(some).containsExactly(a1, b0, a2);
    }
  }

  @Test
  void open_npzWithoutStates_isOneSequence() throws IOException {
    String tensor =
        DESCRIPTION.replace("\"audio\"\nsample-rate = 8000\nlength = 3\nhop = 2", "\"tensor\"");
    byte[] x = NpyFiles.npy("|i1", false, "2, 3", new byte[] {1, 2, 3, 4, 5, 6});
    byte[] y = NpyFiles.npy("|i1", false, "2,", new byte[2]);
    Path file = NpyFiles.zip(folder.resolve("s.npz"), "x.npy", x, "labels.npy", y);

    try (SampleSource source = SampleSource.open(described(tensor), model(), file)) {
      assertThat(shown(source.read(1)))
          .endsWith("x [4.0, 5.0, 6.0] kept [10.0, 20.0, 30.0] gain 10.0");
    }
  }

  @Test
  void check_ofAStateThatDoesNotFit_saysWhatDoes() throws IOException {
    ModelDescription wrong = described(DESCRIPTION.replace("\"left\"", "\"lefd\""));

    assertThatThrownBy(() -> wrong.check(model()))
        .hasMessageContaining("input.kept.next: the model has no output \"lefd\"")
        .hasMessageContaining("left");
    assertThatThrownBy(() -> described(DESCRIPTION.replace("hop = 2", "hop = 4")))
        .hasMessageContaining("input.x.hop: expected a whole number from 1 to 3, got 4");
    assertThatThrownBy(() -> described(DESCRIPTION.replace("value = 10", "")))
        .hasMessageContaining("input.gain.value: is missing");
  }

  @Test
  void toToml_ofStatesAndConstants_readsBackEqual() throws IOException {
    ModelDescription first = described(DESCRIPTION);
    first.check(model());
    assertThat(described(first.toToml()).inputs()).isEqualTo(first.inputs());
  }
}

package dev.skerry.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.media.MadeMedia;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleSourceTest {
  private static final String IMAGE =
      """
      kind = "image"
      size = [2, 2]
      channels = "bgr"
      layout = "nhwc"
      scale = 0.5
      mean = [1, 2, 3]
      """;

  @TempDir Path folder;

  private ModelDescription described(String input, String labels) throws IOException {
    return ModelDescription.read(
        Files.writeString(
            folder.resolve("model.toml"),
            "name = \"m\"\nmodel = \"m.onnx\"\n[input.x]\n"
                + input
                + "\n[output.y]\nkind = \"classification\"\n"
                + labels));
  }

  private static ValueInfo batched(String name, DataType type, long... rest) {
    Stream<Dimension> axes =
        Stream.concat(
            Stream.of(new Dimension.Symbol("N")),
            Arrays.stream(rest).mapToObj(Dimension.Fixed::new));
    return ValueInfo.of(name, new Type.Tensor(type, axes.toList()));
  }

  private static Model model(ValueInfo... inputs) {
    return Model.of(
        9,
        17,
        new Graph(
            "g",
            List.of(inputs),
            List.of(batched("y", DataType.FLOAT, 3)),
            List.of(),
            new LinkedHashMap<>(),
            List.of(),
            Bytes.EMPTY));
  }

  private Path picture(String name, int rgb) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    BufferedImage image = MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 2, 2, rgb);
    return Files.write(file, MadeMedia.encoded(image, "png"));
  }

  private static List<String> names(SampleSource source) {
    List<String> names = new ArrayList<>();
    source.forEach(sample -> names.add(sample.name()));
    return names;
  }

  @Test
  void open_classFolders_givesLabelsInTheDescriptionsOrder() throws IOException {
    picture("set/dog/2.png", 0x102030);
    picture("set/cat/1.png", 0x102030);
    Files.writeString(folder.resolve("set/notes.txt"), "not a picture");
    ModelDescription description = described(IMAGE, "labels = [\"dog\", \"cat\", \"cow\"]");
    Model model = model(batched("x", DataType.FLOAT, 2, 2, 3));

    try (SampleSource source = SampleSource.open(description, model, folder.resolve("set"))) {
      assertThat(names(source)).containsExactly("cat/1.png", "dog/2.png");
      assertThat(source.hasLabels()).isTrue();
      Sample cat = source.read(0);
      assertThat(cat.label()).isEqualTo(1);
      Tensor pixels = cat.input("x");
      assertThat(pixels.dims()).containsExactly(1, 2, 2, 3);
      assertThat(Arrays.copyOf(pixels.toFloats(), 3)).containsExactly(23, 14, 5);
    }
  }

  @Test
  void open_unknownClassFolder_isAnErrorWithTheNearestLabel() throws IOException {
    picture("set/dog/2.png", 0);
    picture("set/cta/1.png", 0);
    ModelDescription description = described(IMAGE, "labels = [\"dog\", \"cat\", \"cow\"]");
    Model model = model(batched("x", DataType.FLOAT, 2, 2, 3));

    assertThatThrownBy(() -> SampleSource.open(description, model, folder.resolve("set")))
        .hasMessageContaining("\"cta\"")
        .hasMessageContaining("did you mean 'cat'?");
  }

  @Test
  void open_planarBytes_areLaidOutByChannel() throws IOException {
    Path file = picture("a.png", 0x102030);
    ModelDescription description = described("kind = \"image\"\nsize = [2, 2]", "");
    Model model = model(batched("x", DataType.UINT8, 3, 2, 2));

    try (SampleSource source = SampleSource.open(description, model, file)) {
      Sample only = source.read(0);
      assertThat(only.label()).isEqualTo(Sample.NO_LABEL);
      assertThat(only.input("x").toLongs())
          .containsExactly(16, 16, 16, 16, 32, 32, 32, 32, 48, 48, 48, 48);
    }
  }

  @Test
  void open_zipOfSound_padsCutsAndScales() throws IOException {
    byte[] shorter = MadeMedia.wav(1, 1, 8000, 16, new byte[] {0, 64, 0, 32});
    byte[] longer = MadeMedia.wav(1, 1, 8000, 16, new byte[] {0, 64, 0, 64, 0, 64, 0, 64});
    Path zip = NpyFiles.zip(folder.resolve("s.zip"), "a.wav", shorter, "b.wav", longer);
    ModelDescription description =
        described("kind=\"audio\"\nsample-rate=8000\nlength=3\nscale=0.000030517578125", "");
    Model model = model(batched("x", DataType.FLOAT, 1, 3));

    try (SampleSource source = SampleSource.open(description, model, zip)) {
      assertThat(source.read(0).input("x").toFloats()).containsExactly(0.5f, 0.25f, 0);
      assertThat(source.read(1).input("x").dims()).containsExactly(1, 1, 3);
      assertThat(source.read(1).input("x").toFloats()).containsExactly(0.5f, 0.5f, 0.5f);
    }
  }

  @Test
  void open_brokenPictureInZip_namesItWhenItsTurnComes() throws IOException {
    BufferedImage image = MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 2, 2, 0);
    Path zip =
        NpyFiles.zip(
            folder.resolve("s.zip"),
            "a.png",
            MadeMedia.encoded(image, "png"),
            "b.png",
            new byte[9]);
    ModelDescription description = described(IMAGE, "");
    Model model = model(batched("x", DataType.FLOAT, 2, 2, 3));

    try (SampleSource source = SampleSource.open(description, model, zip);
        SampleStream samples = source.samples()) {
      assertThat(samples.hasNext()).isTrue();
      assertThatThrownBy(() -> samples.forEachRemaining(_ -> {}))
          .hasMessageContaining("b.png in " + zip);
    }
  }

  @Test
  void open_truncatedZipOrEmptyFolder_saysWhatToDo() throws IOException {
    Path zip = NpyFiles.zip(folder.resolve("s.zip"), "a.png", new byte[99], "b.png", new byte[99]);
    byte[] whole = Files.readAllBytes(zip);
    Files.write(zip, Arrays.copyOf(whole, whole.length / 2));
    Files.createDirectories(folder.resolve("empty"));
    ModelDescription description = described(IMAGE, "");
    Model model = model(batched("x", DataType.FLOAT, 2, 2, 3));

    assertThatThrownBy(() -> SampleSource.open(description, model, zip))
        .hasMessageContaining("no whole zip archive");
    assertThatThrownBy(() -> SampleSource.open(description, model, folder.resolve("empty")))
        .hasMessageContaining("holds no JPEG or PNG files");
    assertThatThrownBy(() -> SampleSource.open(description, model, folder.resolve("nowhere")))
        .hasMessageContaining("there is no data at");
  }

  @Test
  void close_twice_doesNothing() throws IOException {
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 1));
    SampleSource source = SampleSource.open(description, model, tenNumbers());
    SampleStream samples = source.samples();
    Tensor lent = samples.next().input("x");

    samples.close();
    samples.close();
    source.close();
    source.close();

    assertThatThrownBy(lent::toFloats).isInstanceOf(IllegalStateException.class);
  }

  private Path tenNumbers() throws IOException {
    float[] values = new float[10];
    for (int i = 0; i < 10; i++) {
      values[i] = i;
    }
    byte[] data = NpyFiles.floats(ByteOrder.LITTLE_ENDIAN, values);
    return Files.write(folder.resolve("x.npy"), NpyFiles.npy("<f4", false, "10, 1", data));
  }

  private static List<Float> values(SampleSource source) {
    List<Float> values = new ArrayList<>();
    source.forEach(sample -> values.add(sample.input("x").toFloats()[0]));
    return values;
  }

  @Test
  void limitAndSlice_areEvenRepeatableAndDisjoint() throws IOException {
    ModelDescription description = described("kind = \"tensor\"\nscale = 2\nmean = 1", "");
    Model model = model(batched("x", DataType.FLOAT, 1));

    try (SampleSource source = SampleSource.open(description, model, tenNumbers())) {
      assertThat(values(source.limit(4))).containsExactly(-1f, 3f, 9f, 13f);
      assertThat(values(source.limit(4))).containsExactly(-1f, 3f, 9f, 13f);
      assertThat(values(source.slice(0, 5))).containsExactly(-1f, 9f);
      assertThat(values(source.slice(1, 5))).containsExactly(1f, 11f);
      assertThat(source.limit(99).size()).isEqualTo(10);
    }
  }

  @Test
  void samples_closedEarly_endsItsThread() throws IOException {
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 1));

    try (SampleSource source = SampleSource.open(description, model, tenNumbers())) {
      try (SampleStream samples = source.samples()) {
        Sample kept = samples.next().copy();
        for (int i = 0; i < 6; i++) {
          samples.next();
        }
        assertThat(kept.input("x").toFloats()).containsExactly(0);
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("skerry-decode") && thread.isAlive());
    }
  }

  @Test
  void open_labelsFile_isCheckedAgainstTheSet() throws IOException {
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 1));
    Path data = tenNumbers();
    byte[] ten = NpyFiles.npy("|u1", false, "10,", new byte[] {0, 1, 2, 0, 1, 2, 0, 1, 2, 0});
    byte[] nine = NpyFiles.npy("|u1", false, "9,", new byte[9]);
    byte[] wide = NpyFiles.npy("|u1", false, "10,", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 3});
    Path labels = Files.write(folder.resolve("l.npy"), ten);

    try (SampleSource source = SampleSource.open(description, model, data, labels)) {
      assertThat(source.slice(1, 3).read(1).label()).isEqualTo(1);
    }
    Files.write(labels, nine);
    assertThatThrownBy(() -> SampleSource.open(description, model, data, labels))
        .hasMessageContaining("9 entries")
        .hasMessageContaining("10 samples");
    Files.write(labels, wide);
    assertThatThrownBy(() -> SampleSource.open(description, model, data, labels))
        .hasMessageContaining("tells 3 classes apart");
  }

  @Test
  void open_npz_fillsEveryInputByName() throws IOException {
    byte[] x = NpyFiles.npy("|i1", false, "2, 3", new byte[] {1, 2, 3, 4, 5, 6});
    byte[] rate = NpyFiles.npy("<i2", false, "2,", new byte[] {7, 0, 8, 0});
    Path npz = NpyFiles.zip(folder.resolve("a.npz"), "x.npy", x, "rate.npy", rate);
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 3), ValueInfo.of("rate", DataType.INT64));

    try (SampleSource source = SampleSource.open(description, model, npz)) {
      Sample last = source.read(1);
      assertThat(last.input("x").toFloats()).containsExactly(4, 5, 6);
      assertThat(last.input("rate").rank()).isZero();
      assertThat(last.input("rate").asLong(0)).isEqualTo(8);
    }
  }

  @Test
  void open_shapesThatDoNotFit_areAnError() throws IOException {
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 4));

    assertThatThrownBy(() -> SampleSource.open(description, model, tenNumbers()))
        .hasMessageContaining("one sample is [1]")
        .hasMessageContaining("\"x\" takes [N, 4]");
  }

  @Test
  void open_testDataSets_areReadInNumericOrder() throws IOException {
    for (int set : new int[] {2, 10}) {
      Path place = Files.createDirectories(folder.resolve("t/test_data_set_" + set));
      // dims: [1, 1] (field 1), data_type: FLOAT (field 2), float_data: [set] (field 4).
      byte[] value = NpyFiles.floats(ByteOrder.LITTLE_ENDIAN, set);
      Files.write(
          place.resolve("input_0.pb"),
          new byte[] {8, 1, 8, 1, 16, 1, 0x22, 4, value[0], value[1], value[2], value[3]});
    }
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 1));

    try (SampleSource source = SampleSource.open(description, model, folder.resolve("t"))) {
      assertThat(values(source)).containsExactly(2f, 10f);
    }
  }

  @Test
  void random_sameSeed_givesTheSameSamples() throws IOException {
    ModelDescription description = described("kind = \"tensor\"", "");
    Model model = model(batched("x", DataType.FLOAT, 1));

    SampleSource source = SampleSource.random(description, model, 5, 7);

    assertThat(source.isRandom()).isTrue();
    assertThat(values(source)).isEqualTo(values(source)).doesNotHaveDuplicates();
  }
}

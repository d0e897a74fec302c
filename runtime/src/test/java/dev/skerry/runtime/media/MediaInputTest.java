package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MediaInputTest {
  private static final Dimension ONE = new Dimension.Fixed(1);
  private static final Dimension ANY = new Dimension.Unknown();

  private static InputSpec.Image image(int height, int width, InputSpec.Fit fit) {
    return new InputSpec.Image(
        height,
        width,
        InputSpec.Channels.RGB,
        InputSpec.Layout.NCHW,
        fit,
        Normalization.of(1, 10, 2),
        false);
  }

  private static MediaInput input(DataType type, List<Dimension> shape, InputSpec spec) {
    return MediaInput.of(new GraphInput("x", type, shape, spec), MediaLimits.REQUEST);
  }

  private static MediaInput of(InputSpec.Image spec) {
    List<Dimension> shape =
        List.of(
            ONE,
            new Dimension.Fixed(3),
            new Dimension.Fixed(spec.height()),
            new Dimension.Fixed(spec.width()));
    return input(DataType.FLOAT, shape, spec);
  }

  private static MediaInput.Media read(MediaInput input, byte... file) {
    return input.read("it.png", file, bytes -> Arena.ofAuto().allocate(bytes, 64));
  }

  /** Left half black, right half white. */
  private static byte[] halves(int height, int width) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = width / 2; x < width; x++) {
        image.setRGB(x, y, 0xFFFFFF);
      }
    }
    return MadeMedia.encoded(image, "png");
  }

  @Test
  void read_stretched_normalizesAndShowsAll() throws IOException {
    MediaInput.Media media = read(of(image(1, 2, InputSpec.Fit.STRETCH)), halves(2, 4));

    assertThat(media.tensor().dims()).containsExactly(1, 3, 1, 2);
    assertThat(media.tensor().toFloats()[0]).isLessThan(40f);
    assertThat(media.tensor().toFloats()[1]).isGreaterThan(80f).isLessThanOrEqualTo(122.5f);
    assertThat(media.view()).isEqualTo(PictureView.WHOLE);
  }

  @Test
  void read_cropped_showsTheMiddle() throws IOException {
    MediaInput.Media media = read(of(image(2, 2, InputSpec.Fit.CROP)), halves(2, 8));

    assertThat(media.tensor().toFloats()).startsWith(-5f, 122.5f, -5f, 122.5f);
    assertThat(media.view()).isEqualTo(new PictureView(0.375f, 0, 0.25f, 1));
  }

  @Test
  void read_letterboxed_padsBothSides() throws IOException {
    MediaInput.Media media = read(of(image(4, 4, InputSpec.Fit.LETTERBOX)), halves(2, 4));

    float padding = (InputSpec.PADDING - 10) / 2f;
    float[] values = Arrays.copyOf(media.tensor().toFloats(), 16);
    assertThat(Arrays.copyOf(values, 4)).containsOnly(padding);
    assertThat(Arrays.copyOfRange(values, 4, 8)).containsExactly(-5f, -5f, 122.5f, 122.5f);
    assertThat(Arrays.copyOfRange(values, 12, 16)).containsOnly(padding);
    assertThat(media.view()).isEqualTo(new PictureView(0, -0.5f, 1, 2));
  }

  @Test
  void view_ofLetterbox_bringsBoxesBackIntoThePicture() {
    PictureView view = new PictureView(0, -0.5f, 1, 2);

    Detection found = view.inPicture(new Detection(1, 0.9f, 0.1f, 0.2f, 0.5f, 0.5f));

    assertThat(found.y1()).isEqualTo(0f); // -0.1 is above the picture
    assertThat(found.y2()).isCloseTo(0.5f, Offset.offset(1e-6f));
    assertThat(found.x2()).isEqualTo(0.5f);
  }

  @Test
  void read_compiled_givesTheDecodedPicture() throws IOException {
    InputSpec spec = image(224, 224, InputSpec.Fit.STRETCH).withCompiled(true);
    List<Dimension> shape = List.of(ONE, ANY, ANY, new Dimension.Fixed(3));

    Tensor tensor = read(input(DataType.UINT8, shape, spec), halves(1, 2)).tensor();

    assertThat(tensor.dims()).containsExactly(1, 1, 2, 3);
    assertThat(tensor.toFloats()).containsExactly(0, 0, 0, 255, 255, 255);
  }

  @Test
  void read_sound_isResampledAndCut() {
    InputSpec spec = new InputSpec.Audio(4000, 3, Normalization.of(0.5, 0, 1), null, false);
    MediaInput input = input(DataType.FLOAT, List.of(ONE, new Dimension.Fixed(3)), spec);
    byte[] same = MadeMedia.wav(1, 1, 4000, 16, new byte[] {0, 1, 0, 2});

    assertThat(read(input, same).tensor().toFloats()).containsExactly(128, 256, 0);
    assertThat(read(input, MadeMedia.wav(1, 1, 1, 16, new byte[100_000])).tensor().dims())
        .containsExactly(1, 3);
  }

  @Test
  void read_tooLarge_isRefusedBeforeItIsDecoded() throws IOException {
    GraphInput graph =
        new GraphInput("x", DataType.FLOAT, null, image(2, 2, InputSpec.Fit.STRETCH));
    MediaInput input = MediaInput.of(graph, new MediaLimits(7, 2));
    InputSpec audio = new InputSpec.Audio(8000, 10, Normalization.NONE, null, false);
    MediaInput sound =
        MediaInput.of(new GraphInput("x", DataType.FLOAT, null, audio), new MediaLimits(7, 2));

    byte[] wav = MadeMedia.wav(1, 1, 8000, 16, new byte[6]);

    byte[] picture = halves(2, 4);
    assertThatThrownBy(() -> read(input, picture))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("it is 4 x 2, which is 8 pixels, and the limit is 7");
    assertThatThrownBy(() -> read(sound, wav))
        .hasMessageContaining("it has 3 samples, the limit is 2");
  }

  @Test
  void read_largeJpeg_isReducedWhileItIsDecoded() throws IOException {
    BufferedImage image = new BufferedImage(255, 131, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 131; y++) {
      for (int x = 0; x < 255; x++) {
        image.setRGB(x, y, 20 + y << 16 | 130 << 8 | x * 3 / 4);
      }
    }
    for (InputSpec.Fit fit : InputSpec.Fit.values()) {
      InputSpec.Image spec = image(16, 16, fit);
      float[] exact = read(of(spec), MadeMedia.encoded(image, "png")).tensor().toFloats();
      MediaInput.Media media = read(of(spec), MadeMedia.encoded(image, "jpg"));

      assertThat(media.view()).isEqualTo(PictureFit.of(spec, 16, 32).view(spec));
      assertThat(media.tensor().toFloats()).containsExactly(exact, Offset.offset(4f));
    }
  }

  @Test
  void read_largeJpegForACompiledGraph_isStillLargerThanItNeeds() throws IOException {
    byte[] jpeg =
        MadeMedia.encoded(MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 255, 131, 0x305070), "jpg");
    InputSpec spec = image(60, 60, InputSpec.Fit.STRETCH).withCompiled(true);
    List<Dimension> open = List.of(ONE, ANY, ANY, new Dimension.Fixed(3));
    List<Dimension> fixed =
        List.of(ONE, new Dimension.Fixed(131), new Dimension.Fixed(255), new Dimension.Fixed(3));

    assertThat(read(input(DataType.UINT8, open, spec), jpeg).tensor().dims())
        .containsExactly(1, 66, 128, 3);
    assertThat(read(input(DataType.UINT8, fixed, spec), jpeg).tensor().dims())
        .containsExactly(1, 131, 255, 3);
  }

  @Test
  void read_hugeJpeg_isRefusedByItsHeader() throws IOException {
    MediaInput input = of(image(2, 2, InputSpec.Fit.STRETCH));
    byte[] jpeg =
        MadeMedia.encoded(MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 8, 8, 0x305070), "jpg");
    int frame = 0;
    while (jpeg[frame] != -1 || (jpeg[frame + 1] & 0xFF) != 0xC0) {
      frame++;
    }
    Arrays.fill(jpeg, frame + 5, frame + 9, (byte) 0xFF);

    assertThatThrownBy(() -> read(input, jpeg))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("it is 65535 x 65535, which is 4294836225 pixels");
  }

  @Test
  void read_wrongKindOrCut_namesTheFile() throws IOException {
    MediaInput input = of(image(2, 2, InputSpec.Fit.STRETCH));
    byte[] wav = MadeMedia.wav(1, 1, 8000, 16, new byte[6]);
    BufferedImage plain = MadeMedia.plain(BufferedImage.TYPE_INT_RGB, 64, 64, 0x305070);
    byte[] jpeg = MadeMedia.encoded(plain, "jpeg");

    assertThatThrownBy(() -> read(input, wav)).hasMessageContaining("none of JPEG, PNG, BMP, GIF");
    assertThatThrownBy(() -> read(input, Arrays.copyOf(jpeg, jpeg.length - 20)))
        .hasMessageContaining("it.png: it ends early");
  }

  @Test
  void of_numbers_saysWhatToDo() {
    assertThatThrownBy(
            () -> input(DataType.FLOAT, List.of(ONE), new InputSpec.Array(Normalization.NONE)))
        .hasMessageContaining("takes numbers")
        .hasMessageContaining("send tensors");
  }
}

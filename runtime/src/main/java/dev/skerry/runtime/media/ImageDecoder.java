package dev.skerry.runtime.media;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.media.jpeg.JpegPicture;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG, PNG, BMP and GIF to the stored 8-bit samples, or JPEG to means of them.
 *
 * <p>Samples are taken from the raster, not through colour management: embedded profiles are
 * ignored and transparency is dropped, as training pipelines do. 16-bit samples keep their high
 * byte; CMYK becomes RGB by multiplication; orientation tags are not applied.
 */
final class ImageDecoder {
  /** Names that the readers of the JDK give to what is taken; they know others, too. */
  private static final Set<String> FORMATS = Set.of("JPEG", "png", "bmp", "gif");

  private static final int[] BGR = {2, 1, 0};
  private static final int APP14 = 0xEE;
  private static final int SCAN = 0xDA;
  private static final int YCCK = 2;

  static {
    ImageIO.setUseCache(false);
  }

  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @param name the file, for messages
   * @param maxPixels a larger picture is refused before its memory is taken
   * @param grey colours are not wanted, and may be left out
   * @param reduction from height and width to what both may be divided by: 1, 2, 4 or 8
   * @throws SkerryException BAD_DATA when the bytes are no whole picture
   */
  static Pixels decode(
      String name, byte[] encoded, long maxPixels, boolean grey, IntBinaryOperator reduction) {
    try {
      Optional<JpegPicture> jpeg = JpegPicture.open(encoded);
      if (jpeg.isEmpty()) {
        return decodeOther(name, encoded, maxPixels);
      }
      int height = jpeg.get().height();
      int width = jpeg.get().width();
      requireBelow(name, height, width, maxPixels);
      return decode(jpeg.get(), grey, reduction.applyAsInt(height, width));
    } catch (IOException | RuntimeException broken) {
      // The readers of the JDK throw unchecked exceptions of many kinds on damaged files.
      if (broken instanceof SkerryException known) {
        throw known;
      }
      throw unreadable(name, String.valueOf(broken.getMessage()), broken);
    }
  }

  private static Pixels decode(JpegPicture jpeg, boolean grey, int reduction) throws IOException {
    byte[] values = jpeg.decode(reduction, grey && jpeg.hasLuma());
    int height = JpegPicture.reduced(jpeg.height(), reduction);
    int width = JpegPicture.reduced(jpeg.width(), reduction);
    return new Pixels(height, width, values.length / (height * width), values);
  }

  private static Pixels decodeOther(String name, byte[] encoded, long maxPixels)
      throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      ImageReader reader = readers.hasNext() ? readers.next() : null;
      if (reader == null || !FORMATS.contains(reader.getFormatName())) {
        throw unreadable(name, "the content is none of JPEG, PNG, BMP, GIF", null);
      }
      try {
        reader.setInput(stream, true, true);
        requireBelow(name, reader.getHeight(0), reader.getWidth(0), maxPixels);
        List<String> warnings = new ArrayList<>();
        reader.addIIOReadWarningListener((_, warning) -> warnings.add(warning));
        Pixels pixels = decode(encoded, reader);
        requireWhole(name, warnings);
        return pixels;
      } finally {
        reader.dispose();
      }
    }
  }

  private static void requireBelow(String name, int height, int width, long maxPixels) {
    long pixels = (long) width * height;
    if (pixels > maxPixels) {
      throw unreadable(
          name,
          "it is %d x %d, which is %d pixels, and the limit is %d"
              .formatted(width, height, pixels, maxPixels),
          null);
    }
  }

  /** The JPEG reader paints grey what is missing, and only warns. */
  private static void requireWhole(String name, List<String> warnings) {
    if (warnings.stream().anyMatch(warning -> warning.contains("premature end"))) {
      throw unreadable(name, "it ends early", null);
    }
  }

  private static SkerryException unreadable(String name, String why, @Nullable Exception cause) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "cannot decode the picture %s: %s; repair it or take it out".formatted(name, why),
        cause);
  }

  private static Pixels decode(byte[] encoded, ImageReader reader) throws IOException {
    Raster stored = isCmyk(reader) ? reader.readRaster(0, null) : null;
    if (stored != null && stored.getNumBands() == 4) {
      return fromCmyk(stored, isYcck(encoded));
    }
    BufferedImage image = reader.read(0);
    return image.getColorModel() instanceof IndexColorModel
        ? fromPalette(image)
        : fromRaster(image.getRaster(), image.getColorModel());
  }

  /** Whether samples are four inks, which the readers leave to their caller. */
  private static boolean isCmyk(ImageReader reader) throws IOException {
    if (!reader.canReadRaster()) {
      return false;
    }
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    return !types.hasNext()
        || types.next().getColorModel().getColorSpace().getType() == ColorSpace.TYPE_CMYK;
  }

  private static Pixels fromPalette(BufferedImage image) {
    int[] packed =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    byte[] values = new byte[packed.length * 3];
    for (int i = 0; i < packed.length; i++) {
      values[3 * i] = (byte) (packed[i] >> 16);
      values[3 * i + 1] = (byte) (packed[i] >> 8);
      values[3 * i + 2] = (byte) packed[i];
    }
    return new Pixels(image.getHeight(), image.getWidth(), 3, values);
  }

  private static Pixels fromRaster(Raster raster, ColorModel colors) {
    int channels = colors.getNumColorComponents() >= 3 ? 3 : 1;
    if (channels == 3 && isBgrBytes(raster)) {
      return fromBgr(raster);
    }
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    int bands = raster.getNumBands();
    int width = raster.getWidth();
    byte[] values = new byte[raster.getHeight() * width * channels];
    int[] row = new int[width * bands];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < channels; channel++) {
          values[out++] = (byte) (row[x * bands + channel] >> shift);
        }
      }
    }
    return new Pixels(raster.getHeight(), width, channels, values);
  }

  /** Whether the raster is what the JPEG and PNG readers make of three colours. */
  private static boolean isBgrBytes(Raster raster) {
    return raster.getDataBuffer() instanceof DataBufferByte
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && model.getPixelStride() == 3
        && model.getScanlineStride() == 3 * raster.getWidth()
        && Arrays.equals(model.getBandOffsets(), BGR)
        && raster.getDataBuffer().getOffset() == 0;
  }

  private static Pixels fromBgr(Raster raster) {
    byte[] values = ((DataBufferByte) raster.getDataBuffer()).getData();
    for (int i = 0; i < values.length; i += 3) {
      byte blue = values[i];
      values[i] = values[i + 2];
      values[i + 2] = blue;
    }
    return new Pixels(raster.getHeight(), raster.getWidth(), 3, values);
  }

  /**
   * Inks to red, green and blue; files hold inks inverted, 255 for none.
   *
   * @param ycck whether the first three inks are stored as YCbCr
   */
  private static Pixels fromCmyk(Raster raster, boolean ycck) {
    byte[] values = new byte[raster.getWidth() * raster.getHeight() * 3];
    int[] inks = new int[4];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        raster.getPixel(raster.getMinX() + x, raster.getMinY() + y, inks);
        if (ycck) {
          toInks(inks);
        }
        for (int channel = 0; channel < 3; channel++) {
          values[out++] = (byte) Math.round(inks[channel] * inks[3] / 255f);
        }
      }
    }
    return new Pixels(raster.getHeight(), raster.getWidth(), 3, values);
  }

  /** Full-range YCbCr (JFIF) to the complements of its red, green and blue, in place. */
  private static void toInks(int[] inks) {
    double luma = inks[0];
    double blue = inks[1] - 128.0;
    double red = inks[2] - 128.0;
    inks[0] = complement(luma + 1.402 * red);
    inks[1] = complement(luma - 0.344136 * blue - 0.714136 * red);
    inks[2] = complement(luma + 1.772 * blue);
  }

  private static int complement(double value) {
    return 255 - (int) Math.clamp(Math.round(value), 0L, 255L);
  }

  /** Whether Adobe's APP14 segment of a JPEG file says that its inks are transformed. */
  private static boolean isYcck(byte[] jpeg) {
    int at = 2; // behind the start of the image
    while (at + 16 <= jpeg.length && (jpeg[at] & 0xFF) == 0xFF && (jpeg[at + 1] & 0xFF) != SCAN) {
      boolean adobe = (jpeg[at + 1] & 0xFF) == APP14 && jpeg[at + 4] == 'A' && jpeg[at + 5] == 'd';
      if (adobe) {
        return jpeg[at + 15] == YCCK;
      }
      at += 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF));
    }
    return false;
  }
}

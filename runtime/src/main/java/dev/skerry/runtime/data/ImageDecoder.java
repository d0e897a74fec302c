package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG, PNG, BMP and GIF to the stored 8-bit samples.
 *
 * <p>Samples are taken from the raster, not through colour management: embedded profiles are
 * ignored and transparency is dropped, as training pipelines do. 16-bit samples keep their high
 * byte; CMYK becomes RGB by multiplication; orientation tags are not applied.
 */
final class ImageDecoder {
  /** Pixels of one picture; a larger one is refused before its memory is taken. */
  private static final long MAX_PIXELS = 200_000_000;

  static {
    ImageIO.setUseCache(false);
  }

  private ImageDecoder() {}

  /**
   * @param name the file, for messages
   * @throws SkerryException BAD_DATA when the bytes are no whole picture
   */
  static Pixels decode(String name, byte[] encoded) {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw unreadable(name, "the content is none of JPEG, PNG, BMP, GIF", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return decode(name, reader);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException broken) {
      // The readers of the JDK throw unchecked exceptions of many kinds on damaged files.
      if (broken instanceof SkerryException known) {
        throw known;
      }
      throw unreadable(name, String.valueOf(broken.getMessage()), broken);
    }
  }

  private static SkerryException unreadable(
      String name, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "cannot decode the picture %s: %s; repair it or take it out".formatted(name, why),
        cause);
  }

  private static Pixels decode(String name, ImageReader reader) throws IOException {
    long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
    if (pixels > MAX_PIXELS) {
      throw unreadable(name, "it has " + pixels + " pixels, the limit is " + MAX_PIXELS, null);
    }
    Raster stored = isCmyk(reader) ? reader.readRaster(0, null) : null;
    if (stored != null && stored.getNumBands() == 4) {
      return fromCmyk(stored, reader);
    }
    BufferedImage image = reader.read(0);
    return image.getColorModel() instanceof IndexColorModel
        ? fromPalette(image)
        : fromRaster(image.getRaster(), image.getColorModel());
  }

  /** The JPEG reader offers no picture type for four inks, only the stored samples. */
  private static boolean isCmyk(ImageReader reader) throws IOException {
    return reader.canReadRaster() && !reader.getImageTypes(0).hasNext();
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

  /** Adobe writes inks inverted, and as YCCK when its marker's transform is 2. */
  private static Pixels fromCmyk(Raster raster, ImageReader reader) throws IOException {
    boolean ycck = adobeTransform(reader) == 2;
    byte[] values = new byte[raster.getWidth() * raster.getHeight() * 3];
    int[] inks = new int[4];
    int out = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      for (int x = 0; x < raster.getWidth(); x++) {
        raster.getPixel(x, y, inks);
        if (ycck) {
          toCmy(inks);
        }
        for (int channel = 0; channel < 3; channel++) {
          values[out++] = (byte) (inks[channel] * inks[3] / 255);
        }
      }
    }
    return new Pixels(raster.getHeight(), raster.getWidth(), 3, values);
  }

  /** Full-range YCbCr (JFIF) to the three inks in place. */
  private static void toCmy(int[] inks) {
    double luma = inks[0];
    double blue = inks[1] - 128.0;
    double red = inks[2] - 128.0;
    inks[0] = clamp(luma + 1.402 * red);
    inks[1] = clamp(luma - 0.344136 * blue - 0.714136 * red);
    inks[2] = clamp(luma + 1.772 * blue);
  }

  private static int clamp(double value) {
    return (int) Math.clamp(Math.round(value), 0L, 255L);
  }

  private static int adobeTransform(ImageReader reader) throws IOException {
    var metadata = reader.getImageMetadata(0);
    if (metadata == null) {
      return 0;
    }
    var root = (org.w3c.dom.Element) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
    var markers = root.getElementsByTagName("app14Adobe");
    return markers.getLength() == 0
        ? 0
        : Integer.parseInt(((org.w3c.dom.Element) markers.item(0)).getAttribute("transform"));
  }
}

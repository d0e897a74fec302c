package dev.skerry.runtime.media.jpeg;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.w3c.dom.NodeList;

/**
 * A way to write JPEG files with the JDK's encoder, and its decoder to compare with.
 *
 * @param sampling of luma against the colours: across, down
 * @param interval MCUs between restarts, 0 for none
 */
record MadeJpeg(int across, int down, int interval, boolean progressive, float quality) {
  private static final String FORMAT = "javax_imageio_jpeg_image_1.0";

  /** Colours that run into each other, edges and noise. */
  static BufferedImage picture(int type, int width, int height) {
    Random random = new Random(width * 31L + height);
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int noise = random.nextInt(40);
        int edge = (x / 7 + y / 5) % 3 * 60;
        int red = Math.min(255, x * 3 + noise + edge) & 0xFF;
        int green = Math.min(255, y * 4 + edge) & 0xFF;
        int blue = Math.min(255, (x + y) * 2 + noise) & 0xFF;
        image.setRGB(x, y, red << 16 | green << 8 | blue);
      }
    }
    return image;
  }

  byte[] write(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
      declare(metadata);
      writer.write(null, new IIOImage(image, null, metadata), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private void declare(IIOMetadata metadata) throws IIOInvalidTreeException {
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    NodeList specs = root.getElementsByTagName("componentSpec");
    IIOMetadataNode luma = (IIOMetadataNode) specs.item(0);
    luma.setAttribute("HsamplingFactor", Integer.toString(across));
    luma.setAttribute("VsamplingFactor", Integer.toString(down));
    if (interval > 0) {
      IIOMetadataNode restarts = new IIOMetadataNode("dri");
      restarts.setAttribute("interval", Integer.toString(interval));
      root.getElementsByTagName("markerSequence").item(0).appendChild(restarts);
    }
    metadata.setFromTree(FORMAT, root);
  }

  /** [height, width, channels], as the JDK decodes it. */
  static byte[] readByJdk(byte[] file) throws IOException {
    Raster raster = ImageIO.read(new ByteArrayInputStream(file)).getRaster();
    int[] values = raster.getPixels(0, 0, raster.getWidth(), raster.getHeight(), (int[]) null);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}

package dev.skerry.runtime.media;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.media.jpeg.JpegPicture;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Decodes a picture, scales it, normalizes it and lays it out; for a graph that does the latter
 * itself, decodes it.
 */
record PicturePreparation(
    GraphInput input, InputSpec.Image spec, double[][] table, ElementWriter writer)
    implements MediaInput.Preparation {

  PicturePreparation(GraphInput input, InputSpec.Image spec) {
    this(input, spec, table(spec), ElementWriter.of(input.type()));
  }

  /** [channels, 256]: the value of each grey level. */
  private static double[][] table(InputSpec.Image spec) {
    double[][] table = new double[spec.channels().count()][256];
    for (int channel = 0; channel < table.length; channel++) {
      Normalization.Line line = spec.normalization().line(channel);
      for (int level = 0; level < 256; level++) {
        table[channel][level] = line.apply(level);
      }
    }
    return table;
  }

  @Override
  public MediaInput.Media prepare(
      String file, byte[] encoded, MediaLimits limits, LongFunction<MemorySegment> memory) {
    boolean grey = spec.channels() == InputSpec.Channels.GRAY;
    Pixels decoded =
        ImageDecoder.decode(
            file, encoded, limits.pixels(), grey && !spec.compiled(), this::reduction);
    // A graph sees no other sizes than those of what is decoded, so nothing here goes by others.
    PictureFit fit = PictureFit.of(spec, decoded.height(), decoded.width());
    PictureView view = fit.view(spec);
    if (spec.compiled()) {
      return new MediaInput.Media(raw(decoded.rgb(), memory), view);
    }
    Pixels colours = grey ? decoded.gray() : decoded.rgb();
    return new MediaInput.Media(laidOut(fit.apply(spec, colours), memory), view);
  }

  /** What a picture may be divided by so that it still only shrinks on its way to the model. */
  private int reduction(int height, int width) {
    PictureFit fit = PictureFit.of(spec, height, width);
    int tall = spec.compiled() ? size(1, fit.scaledHeight()) : fit.scaledHeight();
    int wide = spec.compiled() ? size(2, fit.scaledWidth()) : fit.scaledWidth();
    int reduction = JpegPicture.MAX_REDUCTION;
    while (reduction > 1 && (height < reduction * tall || width < reduction * wide)) {
      reduction /= 2;
    }
    return reduction;
  }

  /** [1, height, width, 3], as decoded, or stretched where the graph fixes the sizes. */
  private Tensor raw(Pixels decoded, LongFunction<MemorySegment> memory) {
    Pixels pixels = PixelResize.to(size(1, decoded.height()), size(2, decoded.width()), decoded);
    MemorySegment segment = memory.apply(pixels.values().length);
    segment.copyFrom(MemorySegment.ofArray(pixels.values()));
    long[] dims = input.sampleDims("a picture", pixels.height(), pixels.width(), 3);
    return Tensor.of(input.type(), dims, segment);
  }

  private int size(int axis, int whenOpen) {
    List<Dimension> axes = input.shape();
    return axes != null && axes.get(axis) instanceof Dimension.Fixed(long size)
        ? (int) size
        : whenOpen;
  }

  private Tensor laidOut(Pixels pixels, LongFunction<MemorySegment> memory) {
    long[] inner =
        switch (spec.layout()) {
          case NCHW -> new long[] {spec.channels().count(), spec.height(), spec.width()};
          case NHWC -> new long[] {spec.height(), spec.width(), spec.channels().count()};
        };
    long[] dims = input.sampleDims("the description", inner);
    MemorySegment segment = memory.apply(input.type().bytes(Tensor.elementCount(dims)));
    if (writer instanceof ElementWriter.Floats) {
      fillFloats(pixels, segment);
    } else {
      fill(pixels, segment);
    }
    return Tensor.of(input.type(), dims, segment);
  }

  private void fill(Pixels pixels, MemorySegment memory) {
    int channels = pixels.channels();
    int area = pixels.height() * pixels.width();
    boolean planar = spec.layout() == InputSpec.Layout.NCHW;
    for (int channel = 0; channel < channels; channel++) {
      int from = stored(channel);
      double[] values = table[channel];
      for (int i = 0; i < area; i++) {
        int level = pixels.values()[i * channels + from] & 0xFF;
        int at = planar ? channel * area + i : i * channels + channel;
        writer.put(memory, at, values[level]);
      }
    }
  }

  /** The channel of the decoded picture that the graph's channel is. */
  private int stored(int channel) {
    return spec.channels() == InputSpec.Channels.BGR ? 2 - channel : channel;
  }

  /** The common case, row by row through an array. */
  private void fillFloats(Pixels pixels, MemorySegment memory) {
    int channels = pixels.channels();
    boolean planar = spec.layout() == InputSpec.Layout.NCHW;
    int width = pixels.width();
    float[] row = new float[planar ? width : width * channels];
    for (int y = 0; y < pixels.height(); y++) {
      for (int channel = 0; channel < channels; channel++) {
        int from = y * width * channels + stored(channel);
        if (planar) {
          normalize(pixels, from, table[channel], row, 0, 1);
          put(row, memory, (long) (channel * pixels.height() + y) * width);
        } else {
          normalize(pixels, from, table[channel], row, channel, channels);
        }
      }
      if (!planar) {
        put(row, memory, (long) y * row.length);
      }
    }
  }

  private static void normalize(
      Pixels pixels, int from, double[] levels, float[] row, int first, int step) {
    byte[] values = pixels.values();
    int at = from;
    for (int i = first; i < row.length; i += step) {
      row[i] = (float) levels[values[at] & 0xFF];
      at += pixels.channels();
    }
  }

  private static void put(float[] row, MemorySegment memory, long element) {
    MemorySegment.copy(
        row, 0, memory, ElementWriter.Floats.LAYOUT, element * Float.BYTES, row.length);
  }
}

package dev.skerry.runtime.media;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
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
    Pixels stored = ImageDecoder.decode(file, encoded, limits.pixels());
    PictureFit fit = PictureFit.of(spec, stored.height(), stored.width());
    PictureView view = fit.view(spec);
    if (spec.compiled()) {
      return new MediaInput.Media(raw(stored.rgb(), memory), view);
    }
    Pixels colours = spec.channels() == InputSpec.Channels.GRAY ? stored.gray() : stored.rgb();
    return new MediaInput.Media(laidOut(fit.apply(spec, colours), memory), view);
  }

  /** [1, height, width, 3], as the file stores it, or stretched where the graph fixes the sizes. */
  private Tensor raw(Pixels stored, LongFunction<MemorySegment> memory) {
    Pixels pixels = PixelResize.to(size(1, stored.height()), size(2, stored.width()), stored);
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
    fill(pixels, segment);
    return Tensor.of(input.type(), dims, segment);
  }

  private void fill(Pixels pixels, MemorySegment memory) {
    int channels = pixels.channels();
    int area = pixels.height() * pixels.width();
    boolean planar = spec.layout() == InputSpec.Layout.NCHW;
    for (int channel = 0; channel < channels; channel++) {
      int from = spec.channels() == InputSpec.Channels.BGR ? channels - 1 - channel : channel;
      double[] values = table[channel];
      for (int i = 0; i < area; i++) {
        int level = pixels.values()[i * channels + from] & 0xFF;
        int at = planar ? channel * area + i : i * channels + channel;
        writer.put(memory, at, values[level]);
      }
    }
  }
}

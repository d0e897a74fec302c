package dev.skerry.runtime.data;

import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of another source, each also mirrored, moved, farther away and nearer.
 *
 * <p>For judging a model against itself where there are few pictures: what is in them appears at
 * other places and sizes. Labels of classes stay; positions within a picture do not.
 */
final class VariedRecords implements SampleRecords {
  /**
   * One way to look at a picture.
   *
   * @param zoom above 1 shows more of the scene, smaller; the border is repeated outwards
   * @param right share of the width by which the scene moves left, likewise {@code down}
   */
  private record View(String name, boolean mirrored, double zoom, double right, double down) {}

  private static final List<View> VIEWS =
      List.of(
          new View("as it is", false, 1, 0, 0),
          new View("mirrored", true, 1, 0, 0),
          new View("moved", false, 1, 0.07, 0.05),
          new View("farther", false, 1.35, 0, 0),
          new View("mirrored and far", true, 1.8, -0.04, 0.06),
          new View("nearer", true, 0.8, 0.03, -0.03));

  private final SampleRecords pictures;
  private final String input;
  private final InputSpec.Image spec;

  /** Varies what {@code pictures} give for {@code input}, the only one. */
  VariedRecords(SampleRecords pictures, String input, InputSpec.Image spec) {
    this.pictures = pictures;
    this.input = input;
    this.spec = spec;
  }

  @Override
  public int size() {
    return pictures.size() * VIEWS.size();
  }

  @Override
  public String name(int index) {
    return pictures.name(index / VIEWS.size()) + " (" + view(index).name() + ")";
  }

  @Override
  public int label(int index) {
    return pictures.label(index / VIEWS.size());
  }

  private static View view(int index) {
    return VIEWS.get(index % VIEWS.size());
  }

  @Override
  public Reader reader() {
    Reader reader = pictures.reader();
    return (index, into) -> {
      SequencedMap<String, Tensor> sample =
          new LinkedHashMap<>(reader.read(index / VIEWS.size(), into));
      @Nullable Tensor picture = sample.get(input);
      if (picture != null && index % VIEWS.size() != 0) {
        MemorySegment memory = into.of(input + " varied", picture.byteSize());
        copy(picture, view(index), memory);
        sample.put(input, Tensor.of(picture.type(), picture.dims(), memory));
      }
      return sample;
    };
  }

  /** Takes the nearest pixel of {@code picture} for each pixel of {@code view}. */
  private void copy(Tensor picture, View view, MemorySegment into) {
    boolean planes = spec.layout() == InputSpec.Layout.NCHW;
    int height = spec.height();
    int width = spec.width();
    long elementBytes = picture.type().bits() / 8;
    long pixelBytes = planes ? elementBytes : picture.byteSize() / ((long) height * width);
    long planeCount = picture.byteSize() / ((long) height * width * pixelBytes);
    for (int y = 0; y < height; y++) {
      int fromY = position(y, height, view.zoom(), view.down());
      for (int x = 0; x < width; x++) {
        int column = view.mirrored() ? width - 1 - x : x;
        int fromX = position(column, width, view.zoom(), view.right());
        for (long plane = 0; plane < planeCount; plane++) {
          long base = plane * height * width;
          MemorySegment.copy(
              picture.data(),
              (base + (long) fromY * width + fromX) * pixelBytes,
              into,
              (base + (long) y * width + x) * pixelBytes,
              pixelBytes);
        }
      }
    }
  }

  private static int position(int at, int size, double zoom, double shift) {
    double middle = (size - 1) / 2.0;
    return Math.clamp(Math.round((at - middle) * zoom + middle + shift * size), 0, size - 1);
  }

  @Override
  public void close() {
    pictures.close();
  }
}

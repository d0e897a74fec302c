package dev.skerry.bundle.pack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Cuts a file into segments, and chooses how each is coded. */
final class Segments {
  /** Fewer elements per level, and a list of levels does not pay. */
  private static final int LEAST_USES = 4;

  /** Share of its bytes that a plane must be estimated to save to be modelled. */
  private static final double LEAST_SAVING = 0.015;

  /** Share of values that are there once in a tensor that is packed as text. */
  private static final double MOST_DISTINCT = 0.6;

  /** Tensors beyond are packed as text, so that a file of 2 GiB stays below the limit. */
  private static final int MAX_TENSOR_SEGMENTS = SegmentTable.MAX_SEGMENTS - 4096;

  private final byte[] file;
  private final List<Segment> segments = new ArrayList<>();

  private Segments(byte[] file) {
    this.file = file;
  }

  static List<Segment> of(byte[] file) {
    Segments segments = new Segments(file);
    int at = 0;
    for (OnnxTensors.Elements tensor : OnnxTensors.in(file)) {
      if (tensor.start() >= at && segments.segments.size() < MAX_TENSOR_SEGMENTS) {
        segments.plain(tensor.start() - at);
        segments.tensor(tensor);
        at = tensor.start() + tensor.length();
      }
    }
    segments.plain(file.length - at);
    return segments.segments;
  }

  private void plain(int length) {
    for (int left = length; left > 0; left -= Segment.MAX_BYTES) {
      segments.add(new Segment.Plain(Math.min(left, Segment.MAX_BYTES)));
    }
  }

  private void tensor(OnnxTensors.Elements tensor) {
    Element element = tensor.element();
    int elements = element.count(tensor.length());
    Layout layout = layout(tensor.dims(), elements);
    int rowBytes = element.isHalfByte() ? layout.row() / 2 : layout.row() * element.bytes();
    int most = Segment.MAX_BYTES;
    if (rowBytes > 0 && rowBytes < most) {
      most -= most % rowBytes;
    }
    most -= most % element.bytes();
    for (int done = 0; done < tensor.length(); done += most) {
      int length = Math.min(most, tensor.length() - done);
      int start = tensor.start() + done;
      segments.add(segment(Arrays.copyOfRange(file, start, start + length), element, layout));
    }
  }

  /** How elements lie; a tensor whose sizes are not those of its elements is one row. */
  private static Layout layout(List<Long> dims, int elements) {
    long product = 1;
    for (long dim : dims) {
      if (dim < 1 || dim > elements) {
        return new Layout(elements, 1, 1);
      }
      product *= dim;
      if (product > elements + 1L) {
        return new Layout(elements, 1, 1);
      }
    }
    if (dims.size() < 2) {
      return new Layout(elements, 1, 1);
    }
    int inner = 1;
    for (long dim : dims.subList(2, dims.size())) {
      inner = Math.toIntExact(inner * dim);
    }
    int row = Math.toIntExact(inner * dims.get(1));
    int width = dims.size() > 3 ? Math.toIntExact(dims.getLast()) : 1;
    return new Layout(row, inner, width);
  }

  private static Segment segment(byte[] data, Element element, Layout layout) {
    int elements = element.count(data.length);
    int most = element.bytes() == 1 ? Segment.MAX_LEVELS : Math.min(256, elements / LEAST_USES);
    long[] keys = new long[Segment.MAX_LEVELS];
    int[] uses = new int[Segment.MAX_LEVELS];
    int levels = 0;
    for (int i = 0; i < elements; i++) {
      long key = element.ordered(element.get(data, i));
      int place = Arrays.binarySearch(keys, 0, levels, key);
      if (place >= 0) {
        uses[place]++;
        continue;
      }
      if (levels == most) {
        return repeats(data, element)
            ? new Segment.Plain(data.length)
            : planes(data, element, layout);
      }
      place = -place - 1;
      System.arraycopy(keys, place, keys, place + 1, levels - place);
      System.arraycopy(uses, place, uses, place + 1, levels - place);
      keys[place] = key;
      uses[place] = 1;
      levels++;
    }
    int zero = 0;
    for (int i = 1; i < levels; i++) {
      zero = uses[i] > uses[zero] ? i : zero;
    }
    return new Segment.Levels(data.length, element, layout, Arrays.copyOf(keys, levels), zero);
  }

  /** Whether most values are there more than once, as in tables of sines; trained ones are not. */
  private static boolean repeats(byte[] data, Element element) {
    int elements = element.count(data.length);
    Set<Long> distinct = new HashSet<>();
    for (int i = 0; i < elements; i++) {
      distinct.add(element.get(data, i));
    }
    return element.bytes() >= 4 && distinct.size() < MOST_DISTINCT * elements;
  }

  private static Segment planes(byte[] data, Element element, Layout layout) {
    int elements = element.count(data.length);
    int modelled = 0;
    for (int plane = 0; plane < element.bytes(); plane++) {
      int[] counts = new int[256];
      double bits = 0;
      for (int i = 0; i < elements; i++) {
        int value = (int) (element.folded(element.get(data, i)) >>> 8 * plane) & 0xFF;
        bits += Math.log((i + 16.0) / (counts[value]++ + 1 / 16.0));
      }
      boolean pays = bits / Math.log(2) < 8.0 * elements * (1 - LEAST_SAVING);
      modelled |= pays ? 1 << plane : 0;
    }
    return new Segment.Planes(data.length, element, layout, modelled);
  }
}

package dev.skerry.graph;

import java.util.ArrayList;
import java.util.List;

/** Which tensors go to the file of weights beside a model, and where in it they lie. */
final class ExternalPlan {
  /** Where tensors may start, in bytes: on pages, so that engines can map each one by itself. */
  private static final long ALIGNMENT = 4096;

  /**
   * Tensors under this size, in bytes, never leave the model: they are shapes and axes, and ONNX
   * Runtime 1.29 refuses to infer shapes from constants in another file.
   */
  private static final long MIN_BYTES = 128;

  /** One tensor's place in the file. */
  record Place(long offset, Tensor tensor) {}

  private final String location;
  private final long fromBytes;
  private final List<Place> places = new ArrayList<>();
  private long end;

  /**
   * @param location the file's name, relative to the model
   * @param fromBytes tensors of at least this size go there
   */
  ExternalPlan(String location, long fromBytes) {
    this.location = location;
    this.fromBytes = Math.max(MIN_BYTES, fromBytes);
  }

  /** The plan that keeps every tensor in the model's own file. */
  static ExternalPlan none() {
    return new ExternalPlan("", Long.MAX_VALUE);
  }

  String location() {
    return location;
  }

  boolean takes(Tensor tensor) {
    return tensor.byteSize() >= fromBytes;
  }

  /** Gives {@code tensor} the next place and returns its offset in bytes. */
  long add(Tensor tensor) {
    long offset = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
    places.add(new Place(offset, tensor));
    end = offset + tensor.byteSize();
    return offset;
  }

  List<Place> places() {
    return List.copyOf(places);
  }
}

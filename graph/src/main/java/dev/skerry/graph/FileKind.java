package dev.skerry.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Guesses what a file is that was given in place of a model, to help whoever gave it. */
final class FileKind {
  /** How many bytes of a file are looked at. */
  private static final int LOOK_BYTES = 256;

  private record Mark(int offset, String start, String kind) {}

  // spotless:off
  private static final List<Mark> MARKS = List.of(
      new Mark(0, "version https://git-lfs", "a Git LFS pointer: fetch the file itself with git lfs pull"),
      new Mark(0, "\u00ff\u00d8\u00ff", "a JPEG image"),
      new Mark(0, "\u0089PNG", "a PNG image"),
      new Mark(0, "PK\u0003\u0004", "a zip file (PyTorch .pt files and .npz are zips too): unpack or export it first"),
      new Mark(0, "\u001f\u008b", "a gzip file: unpack it first"),
      new Mark(0, "\u0089HDF", "an HDF5 file (Keras .h5): export it to ONNX first"),
      new Mark(0, "\u0093NUMPY", "a NumPy array"),
      new Mark(0, "GGUF", "a GGUF model: export it to ONNX first"),
      new Mark(4, "TFL3", "a TensorFlow Lite model: export it to ONNX first"),
      new Mark(4, "ORTM", "an ORT-format model: give the ONNX file that it was made from"),
      new Mark(0, "RIFF", "a WAV or other RIFF file"),
      new Mark(0, "%PDF", "a PDF document"),
      new Mark(0, "\u007fELF", "a program or library"));
  // spotless:on

  private FileKind() {}

  static Optional<String> guess(MemorySegment bytes) {
    int length = (int) Math.min(LOOK_BYTES, bytes.byteSize());
    byte[] start = bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    String text = new String(start, StandardCharsets.ISO_8859_1);
    Optional<String> known =
        MARKS.stream()
            .filter(mark -> text.startsWith(mark.start, mark.offset))
            .map(Mark::kind)
            .findFirst();
    return known.or(() -> isText(start) ? Optional.of("a text file") : Optional.empty());
  }

  private static boolean isText(byte[] start) {
    for (byte value : start) {
      if (value < ' ' && value != '\n' && value != '\r' && value != '\t') {
        return false;
      }
    }
    return start.length >= 4;
  }
}

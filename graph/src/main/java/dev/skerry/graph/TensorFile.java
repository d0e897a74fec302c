package dev.skerry.graph;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that hold one {@code TensorProto}, such as {@code input_0.pb} of a test data set. */
public final class TensorFile {
  private TensorFile() {}

  /** The tensor in {@code file}, on the heap; its name is among the kept fields. */
  public static Tensor read(Path file) {
    try {
      MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(file));
      ReadSource source = new ReadSource(file.toString(), bytes);
      ExternalFiles files =
          new ExternalFiles(file.toAbsolutePath().resolveSibling(""), Arena.ofAuto());
      return new TensorReader(WireReader.over(source), files).attributeValue();
    } catch (IOException unreadable) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "cannot read the tensor file " + file + ": " + unreadable + "; check the path",
          unreadable);
    }
  }
}

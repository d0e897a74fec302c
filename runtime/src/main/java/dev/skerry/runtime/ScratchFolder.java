package dev.skerry.runtime;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A folder of temporary files that goes away with its owner.
 *
 * @param path the folder, without subfolders
 */
record ScratchFolder(Path path) implements AutoCloseable {
  /** Models with more weights than this go through a file: their bytes would be held twice. */
  static final long MAX_WEIGHT_BYTES_IN_MEMORY = 512L << 20;

  static boolean isNeededFor(Model model) {
    return weightBytes(model.graph()) > MAX_WEIGHT_BYTES_IN_MEMORY;
  }

  private static long weightBytes(Graph graph) {
    return graph.initializers().values().stream().mapToLong(Tensor::byteSize).sum();
  }

  static ScratchFolder create() {
    try {
      return new ScratchFolder(Files.createTempDirectory("skerry-"));
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "cannot make a temporary folder in "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + e.getMessage(),
          e);
    }
  }

  Path file(String name) {
    return path.resolve(name);
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new SkerryException(
          ErrorCode.ENGINE,
          "cannot delete the temporary folder " + path + ": " + e.getMessage(),
          e);
    }
  }
}

package dev.skerry.cli.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of this repository that people write, read from its root. */
final class Repository {
  private static final List<String> MODULES =
      List.of("graph", "testkit", "runtime", "optimize", "bundle", "wire", "agent", "fleet", "cli");

  private Repository() {}

  /** The folder of the topmost {@code pom.xml}. */
  static Path root() {
    String given = System.getProperty("skerry.root");
    return given == null ? Path.of("..").toAbsolutePath().normalize() : Path.of(given);
  }

  static Path file(String name) {
    return root().resolve(name);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Java files of all modules, tests included, by path. */
  static List<Path> java() {
    return MODULES.stream().flatMap(module -> under(module + "/src", ".java").stream()).toList();
  }

  /** Java files that are shipped, by path. */
  static List<Path> mainJava() {
    return MODULES.stream()
        .flatMap(module -> under(module + "/src/main", ".java").stream())
        .toList();
  }

  static List<Path> markdown() {
    return Stream.concat(
            list(root(), 1).filter(file -> file.toString().endsWith(".md")),
            under("docs", ".md").stream())
        .sorted()
        .toList();
  }

  /** Files under {@code folder} whose names end in {@code ending}; none when it is missing. */
  static List<Path> under(String folder, String ending) {
    return list(file(folder), Integer.MAX_VALUE)
        .filter(file -> file.toString().endsWith(ending))
        .sorted()
        .toList();
  }

  private static Stream<Path> list(Path folder, int depth) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.walk(folder, depth)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code file} as messages name it. */
  static String name(Path file) {
    return root().relativize(file).toString();
  }
}

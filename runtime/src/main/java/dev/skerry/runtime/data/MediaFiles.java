package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Named files of a folder or archive, sorted by name, each read when it is asked for. */
sealed interface MediaFiles extends AutoCloseable {
  /** Files of one set. */
  int MAX_FILES = 5_000_000;

  /** Bytes of one file, unpacked. */
  int MAX_FILE_BYTES = 512 << 20;

  /** Where the files are, for messages. */
  Path place();

  /** All names with forward slashes, sorted; hidden files are left out. */
  List<String> names();

  /** The content of one file; safe to call from several threads. */
  byte[] read(String name);

  @Override
  void close();

  /** A folder with all below it, or one file alone. */
  record Folder(Path place, List<String> names) implements MediaFiles {
    @Override
    public byte[] read(String name) {
      Path file = Files.isDirectory(place) ? place.resolve(name) : place;
      try (InputStream stream = Files.newInputStream(file)) {
        return whole(stream, file.toString());
      } catch (IOException unreadable) {
        throw unreadable(file.toString(), unreadable);
      }
    }

    @Override
    public void close() {
      // Nothing stays open between reads.
    }
  }

  /** A zip archive, open until closed. */
  record Archive(Path place, ZipFile zip, List<String> names) implements MediaFiles {
    @Override
    public byte[] read(String name) {
      String shown = name + " in " + place;
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new SkerryException(ErrorCode.BAD_DATA, "there is no " + shown);
      }
      try (InputStream stream = zip.getInputStream(entry)) {
        return whole(stream, shown);
      } catch (IOException unreadable) {
        throw unreadable(shown, unreadable);
      }
    }

    @Override
    public void close() {
      try {
        zip.close();
      } catch (IOException failed) {
        throw unreadable(place.toString(), failed);
      }
    }
  }

  private static byte[] whole(InputStream stream, String shown) throws IOException {
    byte[] content = stream.readNBytes(MAX_FILE_BYTES + 1);
    if (content.length > MAX_FILE_BYTES) {
      throw new SkerryException(
          ErrorCode.BAD_DATA, shown + " is larger than the limit of " + MAX_FILE_BYTES + " bytes");
    }
    return content;
  }

  private static SkerryException unreadable(String shown, IOException cause) {
    return new SkerryException(
        ErrorCode.BAD_DATA, "cannot read " + shown + ": " + cause + "; make the set again", cause);
  }

  /** The files at {@code place}: a folder, a {@code .zip}, or a single file. */
  static MediaFiles open(Path place) {
    try {
      if (Files.isDirectory(place)) {
        return new Folder(place, walk(place));
      }
      return isZip(place)
          ? archive(place)
          : new Folder(place, List.of(place.getFileName().toString()));
    } catch (ZipException broken) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s is no whole zip archive: %s; it may have been cut off, fetch or pack it again"
              .formatted(place, broken.getMessage()),
          broken);
    } catch (IOException failed) {
      throw unreadable(place.toString(), failed);
    }
  }

  static boolean isZip(Path place) {
    return place.toString().toLowerCase(Locale.ROOT).endsWith(".zip");
  }

  private static List<String> walk(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return checked(
          folder,
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString().replace('\\', '/')));
    }
  }

  private static Archive archive(Path place) throws IOException {
    ZipFile zip = new ZipFile(place.toFile());
    try {
      Stream<String> names =
          zip.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName);
      return new Archive(place, zip, checked(place, names));
    } catch (RuntimeException failed) {
      zip.close();
      throw failed;
    }
  }

  private static List<String> checked(Path place, Stream<String> names) {
    List<String> sorted =
        names.filter(name -> !isHidden(name)).sorted().limit(MAX_FILES + 1L).toList();
    if (sorted.size() > MAX_FILES) {
      throw new SkerryException(
          ErrorCode.BAD_DATA, place + " holds more than the limit of " + MAX_FILES + " files");
    }
    return sorted;
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.contains("/.") || name.startsWith("__MACOSX/");
  }

  /** What comes behind the last dot, in lower case; empty when there is none. */
  static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** How many files there are of each extension, for messages: {@code 300 .wav, 1 .txt}. */
  default String census() {
    Map<String, Long> counts =
        names().stream()
            .collect(
                Collectors.groupingBy(MediaFiles::extension, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " ." + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}

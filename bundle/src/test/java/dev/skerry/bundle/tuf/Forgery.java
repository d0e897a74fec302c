package dev.skerry.bundle.tuf;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.key.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Metadata files of any content, signed by any keys. */
final class Forgery {
  private Forgery() {}

  /** Signs {@code signed} and writes it to {@code file}. */
  static void write(Path file, Json.Obj signed, Collection<SigningKey> signers) throws IOException {
    Envelope unsigned = Envelope.write(file.toString(), signed, List.of());
    List<Envelope.Signature> signatures =
        signers.stream()
            .map(key ->
                new Envelope.Signature(
                    key.verifying().id(), HexFormat.of().formatHex(key.sign(unsigned.message()))))
            .toList();
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, Envelope.write(file.toString(), signed, signatures).bytes());
  }

  /** Changes members of what is signed, and signs it again with {@code signers}. */
  static void alter(
      Path from, Path to, Consumer<Json.ObjectBuilder> change, Collection<SigningKey> signers)
      throws IOException {
    write(to, altered(signed(from), change), signers);
  }

  static Json.Obj signed(Path file) throws IOException {
    return JsonReader.readObject(file.toString(), Files.readAllBytes(file)).object("signed").json();
  }

  static Json.Obj altered(Json.Obj before, Consumer<Json.ObjectBuilder> change) {
    Json.ObjectBuilder built = Json.object();
    before.members().forEach(built::put);
    change.accept(built);
    return built.build();
  }

  /** The keys among {@code keys} that {@code root} lists for {@code role}. */
  static List<SigningKey> signers(Path root, String role, MemoryKeys keys) throws IOException {
    RootRole read =
        RootRole.read(Envelope.read(root.toString(), RootRole.TYPE, Files.readAllBytes(root)));
    return read.role(role).keyIds().stream()
        .map(keys.keys::get)
        .flatMap(Stream::ofNullable)
        .toList();
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.write(copy, Files.readAllBytes(file));
        }
      }
    }
  }

  static byte[] repeated(byte[] content, int length) {
    byte[] longer = Arrays.copyOf(content, length);
    Arrays.fill(longer, content.length, length, (byte) ' ');
    return longer;
  }
}

package dev.skerry.bundle.key;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.bundle.json.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Secret keys in a folder that nobody but its owner may look into: {@code ROLE.KEYID.pem} holds a
 * secret, {@code ROLE.KEYID.pub.json} the half to give to others.
 */
public final class KeyFolder implements KeyRing {
  /** Rounds of PBKDF2 for a passphrase; about half a second of one core. */
  public static final int ROUNDS = 600_000;

  private static final String SECRET = ".pem";
  private static final String PUBLIC = ".pub.json";
  private static final int SIZE_LIMIT = 64 << 10;
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private final Path folder;
  private final Passphrase passphrase;
  private final int rounds;
  private final Map<String, SigningKey> opened = new HashMap<>();
  private char @Nullable [] known;

  /**
   * @param folder made when the first key is
   * @param passphrase asked at most once for all keys that have the same
   */
  public KeyFolder(Path folder, Passphrase passphrase) {
    this(folder, passphrase, ROUNDS);
  }

  KeyFolder(Path folder, Passphrase passphrase, int rounds) {
    this.folder = folder.toAbsolutePath();
    this.passphrase = passphrase;
    this.rounds = rounds;
  }

  /** The folder that {@code skerry} keeps keys of a repository in, beside it and not inside. */
  public static Path beside(Path repository) {
    Path absolute = repository.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + "-keys");
  }

  @Override
  public SigningKey generate(String role, KeyScheme scheme, Guard guard) {
    SigningKey key = SigningKey.generate(scheme);
    String name = role + "." + key.verifying().id();
    String secret =
        guard == Guard.NONE
            ? SecretFile.plain(key.secret())
            : SecretFile.encrypted(key.secret(), chosen(), rounds);
    try {
      makeFolder();
      write(folder.resolve(name + SECRET), "rw-------", secret.getBytes(StandardCharsets.US_ASCII));
      write(folder.resolve(name + PUBLIC), "rw-r--r--", JsonWriter.pretty(key.verifying().json()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    opened.put(key.verifying().id(), key);
    return key;
  }

  private char[] chosen() {
    if (known == null) {
      known = passphrase.ask("for the secret keys in " + folder, !hasSecrets());
    }
    return known;
  }

  private boolean hasSecrets() {
    return entries().anyMatch(file -> file.toString().endsWith(SECRET));
  }

  @Override
  public Optional<SigningKey> find(VerifyingKey key) {
    SigningKey open = opened.get(key.id());
    if (open != null) {
      return Optional.of(open);
    }
    String end = "." + key.id() + SECRET;
    Optional<SigningKey> found =
        entries().filter(file -> file.toString().endsWith(end)).findFirst().map(f -> open(f, key));
    found.ifPresent(pair -> opened.put(key.id(), pair));
    return found;
  }

  private SigningKey open(Path file, VerifyingKey key) {
    requirePrivate(folder, "700");
    requirePrivate(file, "600");
    KeyScheme scheme =
        key.scheme().orElseThrow(() -> new BundleException("no scheme is known for " + key));
    String text = read(file);
    PrivateKey secret =
        SecretFile.isEncrypted(text)
            ? decrypt(file, scheme, text)
            : SecretFile.readPlain(file.toString(), scheme, text);
    SigningKey pair = SigningKey.of(key, secret);
    byte[] probe = key.id().getBytes(StandardCharsets.UTF_8);
    if (!key.verifies(probe, pair.sign(probe))) {
      throw new TrustException("%s does not hold the secret of the key %s".formatted(file, key));
    }
    return pair;
  }

  /** The passphrase of the last key may be this one's, too. */
  private PrivateKey decrypt(Path file, KeyScheme scheme, String text) {
    if (known != null) {
      try {
        return SecretFile.readEncrypted(file.toString(), scheme, text, known);
      } catch (TrustException e) {
        known = null; // this key has another one
      }
    }
    char[] asked = passphrase.ask("of the secret key " + file, false);
    PrivateKey secret = SecretFile.readEncrypted(file.toString(), scheme, text, asked);
    known = asked;
    return secret;
  }

  /** Where the half of {@code key} is that may be given away. */
  public Path publicFile(String role, VerifyingKey key) {
    return folder.resolve(role + "." + key.id() + PUBLIC);
  }

  /**
   * A public key that somebody gave away as a file.
   *
   * @throws BundleException if it is none
   */
  public static VerifyingKey readPublic(Path file) {
    return VerifyingKey.of(JsonReader.readObject(file.toString(), bytes(file)));
  }

  private static String read(Path file) {
    return new String(bytes(file), StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > SIZE_LIMIT) {
        throw new BundleException(
            "%s is no key: it is longer than %d bytes".formatted(file, SIZE_LIMIT));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Stream<Path> entries() {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses a file or folder that others may look into. On file systems without such permissions
   * there is nothing to check.
   *
   * @param mode that it should have, for the message
   * @throws TrustException if others may
   */
  public static void requirePrivate(Path path, String mode) {
    try {
      if (!hasPermissions(path)) {
        return;
      }
      Set<PosixFilePermission> permissions =
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      if (permissions.stream().anyMatch(OTHERS::contains)) {
        throw new TrustException(
            ("%s is open to other users (%s), so its secrets may be known to them; run 'chmod %s"
                    + " %s', and rotate the keys if others use this machine")
                .formatted(path, PosixFilePermissions.toString(permissions), mode, path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasPermissions(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("posix");
  }

  private void makeFolder() throws IOException {
    if (Files.isDirectory(folder)) {
      requirePrivate(folder, "700");
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(folder, permissions(parent, "rwx------"));
  }

  private static FileAttribute<?>[] permissions(@Nullable Path where, String permissions)
      throws IOException {
    return where == null || !hasPermissions(where)
        ? new FileAttribute<?>[0]
        : new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
  }

  /** The file never has wider permissions, not even for a moment, and is durable afterwards. */
  private void write(Path file, String permissions, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            permissions(folder, permissions))) {
      ByteBuffer rest = ByteBuffer.wrap(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}

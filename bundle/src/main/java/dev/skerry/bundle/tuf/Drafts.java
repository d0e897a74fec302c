package dev.skerry.bundle.tuf;

import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.key.VerifyingKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * New versions of roles that belong together and get their signatures, from one person now and from
 * another later. They wait in a folder of their own, outside of the repository.
 */
final class Drafts {
  private static final int SIZE_LIMIT = 64 << 20;

  private final RootRole before;
  private final SequencedMap<String, Envelope> files = new LinkedHashMap<>();

  /**
   * @param before the root that devices trust now
   */
  Drafts(RootRole before) {
    this.before = before;
  }

  static Path folder(Path repository) {
    Path absolute = repository.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + "-unsigned");
  }

  void add(String role, Envelope file) {
    files.put(role, file);
  }

  Optional<Envelope> find(String role) {
    return Optional.ofNullable(files.get(role));
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** The root after the change. */
  RootRole after() {
    return find(RootRole.TYPE).map(RootRole::read).orElse(before);
  }

  /** Adds the signatures of all keys in {@code ring} that the old or the new root lists. */
  void sign(KeyRing ring) {
    RootRole after = after();
    files.replaceAll((role, file) -> {
      Envelope signed = signWith(ring, before, role, file);
      return after == before ? signed : signWith(ring, after, role, signed);
    });
  }

  private static Envelope signWith(KeyRing ring, RootRole root, String role, Envelope file) {
    List<Envelope.Signature> signatures = new ArrayList<>(file.signatures());
    byte[] message = file.message();
    for (String id : root.role(role).keyIds()) {
      VerifyingKey key = root.keys().get(id);
      if (key != null && signatures.stream().noneMatch(s -> s.keyId().equals(id))) {
        ring.find(key).map(pair -> signature(pair, id, message)).ifPresent(signatures::add);
      }
    }
    return Envelope.write(file.name(), file.signed().json(), signatures);
  }

  private static Envelope.Signature signature(SigningKey pair, String id, byte[] message) {
    return new Envelope.Signature(id, HexFormat.of().formatHex(pair.sign(message)));
  }

  /** Whose signatures are missing still; none when the change can be published. */
  List<Missing> missing() {
    RootRole after = after();
    List<Missing> missing = new ArrayList<>();
    files.forEach((role, file) -> {
      missing(after, role, file).ifPresent(missing::add);
      if (role.equals(RootRole.TYPE) && after != before) {
        missing(before, role, file).ifPresent(missing::add);
      }
    });
    return missing.stream().distinct().toList();
  }

  private static Optional<Missing> missing(RootRole root, String role, Envelope file) {
    RoleKeys keys = root.role(role);
    int signers = keys.signers(file, root.keys());
    if (signers >= keys.threshold()) {
      return Optional.empty();
    }
    List<String> unsigned =
        keys.keyIds().stream()
            .filter(id -> file.signatures().stream().noneMatch(s -> s.keyId().equals(id)))
            .toList();
    return Optional.of(new Missing(role, file.version(), keys.threshold() - signers, unsigned));
  }

  /**
   * A role that not enough keys have signed yet.
   *
   * @param signatures how many more it takes
   * @param keyIds of the keys that may give them
   */
  record Missing(String role, long version, int signatures, List<String> keyIds) {
    Missing {
      keyIds = List.copyOf(keyIds);
    }

    @Override
    public String toString() {
      return "%s version %d needs %d more of the keys %s"
          .formatted(
              role,
              version,
              signatures,
              keyIds.stream().map(id -> id.substring(0, 8)).collect(Collectors.joining(", ")));
    }
  }

  /**
   * Publishes all of it. Data is there already; whatever a device reads meanwhile fits together,
   * and a cut leaves the repository as it was before or as it is afterwards.
   */
  void install(RepositoryFolder folder) {
    // What is signed with the old keys as well can be read under both roots, so root goes last.
    boolean both =
        files.entrySet().stream().allMatch(draft -> before.signs(draft.getKey(), draft.getValue()));
    if (!both) {
      find(RootRole.TYPE).ifPresent(file -> folder.write(RootRole.TYPE, file));
    }
    for (String role : List.of(RootRole.TARGETS, RootRole.SNAPSHOT, RootRole.TIMESTAMP)) {
      find(role).ifPresent(file -> folder.write(role, file));
    }
    if (both) {
      find(RootRole.TYPE).ifPresent(file -> folder.write(RootRole.TYPE, file));
    }
  }

  /* While signatures are missing */

  void store(Disk disk, Path folder) {
    disk.createFolders(folder);
    for (Map.Entry<String, Envelope> draft : files.entrySet()) {
      disk.replace(file(folder, draft.getKey()), draft.getValue().bytes());
    }
  }

  static Drafts load(Disk disk, Path folder, RootRole before) {
    Drafts drafts = new Drafts(before);
    for (String role : RootRole.TOP_LEVEL) {
      Path file = file(folder, role);
      if (disk.isFile(file)) {
        drafts.add(role, Envelope.read(file.toString(), role, disk.read(file, SIZE_LIMIT)));
      }
    }
    return drafts;
  }

  static void discard(Disk disk, Path folder) {
    RootRole.TOP_LEVEL.forEach(role -> disk.delete(file(folder, role)));
    disk.delete(folder);
  }

  private static Path file(Path folder, String role) {
    return folder.resolve(role + ".json");
  }
}

package dev.skerry.bundle.tuf;

import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing.Guard;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.net.FolderRemote;
import dev.skerry.bundle.net.Remote;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A repository with one release, and a device that follows it. */
abstract class ClientFixture {

  static final String PATH = "releases/resnet8/1.json";

  final Disk disk = new SystemDisk();
  final MemoryKeys keys = new MemoryKeys("client");
  final TestTime time = new TestTime();
  final List<String> requests = new ArrayList<>();

  final Path folder;
  final Path metadata;
  final TufRepository repository;
  final byte[] firstRoot;

  ClientFixture(Path folder) {
    this.folder = folder;
    metadata = folder.resolve("repo/metadata");
    repository =
        TufRepository.init(
            disk,
            folder.resolve("repo"),
            keys,
            RepositorySettings.usual(List.of(KeyScheme.ED25519), Guard.NONE),
            time);
    firstRoot = repository.trustedRoot();
    publish(PATH, "manifest");
  }

  void publish(String path, String content) {
    repository.publish(
        Map.of(
            path,
            new TufRepository.Target(
                content.getBytes(StandardCharsets.UTF_8), Json.object().build())));
  }

  TufClient client(Disk on) {
    FolderRemote remote = new FolderRemote(folder.resolve("repo"));
    Remote recorded =
        new Remote() {
          @Override
          public java.io.InputStream open(String path, long offset) throws IOException {
            requests.add(path.substring("metadata/".length()));
            return remote.open(path, offset);
          }

          @Override
          public String name() {
            return remote.name();
          }
        };
    TufClient client =
        new TufClient(on, folder.resolve("device"), recorded, "metadata/", time, TufLimits.usual());
    client.init(firstRoot);
    requests.clear();
    return client;
  }

  List<SigningKey> signers(String role) throws IOException {
    return Forgery.signers(metadata.resolve("1.root.json"), role, keys);
  }

  void alter(String file, String role, Consumer<Json.ObjectBuilder> change) throws IOException {
    Forgery.alter(metadata.resolve(file), metadata.resolve(file), change, signers(role));
  }

  static Json meta(Map<String, Long> versions) {
    Json.ObjectBuilder built = Json.object();
    versions.forEach((file, of) -> built.put(file, Json.object().put("version", of).build()));
    return built.build();
  }

  List<String> trusted() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("device"))) {
      return files
          .map(file -> folder.resolve("device").relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  Map<String, String> contents() throws IOException {
    Map<String, String> contents = new java.util.TreeMap<>();
    for (String file : trusted()) {
      contents.put(file, Files.readString(folder.resolve("device").resolve(file)));
    }
    return contents;
  }
}

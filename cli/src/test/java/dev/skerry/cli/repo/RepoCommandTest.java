package dev.skerry.cli.repo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole command lines of {@code skerry repo} and {@code skerry tuf-client}. */
class RepoCommandTest {
  private static final String PASSPHRASE = "correct horse battery";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;
  private final String repo;
  private final String passphrase;

  RepoCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.repo = folder.resolve("repo").toString();
    Path file =
        Files.createFile(
            folder.resolve("passphrase"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, PASSPHRASE + "\n");
    this.passphrase = file.toString();
  }

  private int run(String... args) {
    out.reset();
    err.reset();
    Terminal terminal = Terminal.plain(out, err);
    int exitCode = Skerry.run(terminal, args);
    terminal.flush();
    return exitCode;
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private JsonNode json() {
    return JsonMapper.shared().readTree(out());
  }

  private void init() {
    assertThat(run("repo", "init", repo, "--passphrase-file", passphrase)).as(err()).isZero();
  }

  @Test
  void init_thenShow() {
    init();
    assertThat(out()).contains("1.root.json").contains("repo-keys");

    assertThat(run("repo", "show", repo, "--json")).as(err()).isZero();

    assertThat(json().get("roles")).hasSize(4);
    JsonNode root = json().get("roles").get(0);
    assertThat(root.get("role").asString()).isEqualTo("root");
    assertThat(root.get("daysLeft").asInt()).isBetween(363, 365);
    assertThat(run("repo", "show", repo)).isZero();
    assertThat(out()).contains("expires in 6 days").contains("ed25519");
  }

  @Test
  void init_withoutPassphrase() {
    assertThat(run("repo", "init", repo)).isEqualTo(3);
    assertThat(err()).contains("SKERRY_PASSPHRASE").contains("--passphrase-file");
  }

  @Test
  void init_passphraseFileOpenToOthers() throws IOException {
    Files.setPosixFilePermissions(
        Path.of(passphrase), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(run("repo", "init", repo, "--passphrase-file", passphrase)).isEqualTo(5);
    assertThat(err()).contains("chmod 600");
  }

  @Test
  void init_badKeyType() {
    assertThat(run("repo", "init", repo, "--key-type", "dsa")).isEqualTo(2);
    assertThat(err()).contains("ed25519, ecdsa, ml-dsa-65");
  }

  @Test
  void show_noRepository() {
    assertThat(run("repo", "show", repo)).isEqualTo(3);
    assertThat(err()).contains("skerry repo init");
  }

  @Test
  void refreshAndRotate() {
    init();
    assertThat(run("repo", "refresh", repo, "--passphrase-file", passphrase)).as(err()).isZero();
    assertThat(run("repo", "rotate", repo, "--role", "timestamp", "--passphrase-file", passphrase))
        .as(err())
        .isZero();
    run("repo", "show", repo, "--json");
    assertThat(json().get("roles").get(0).get("version").asInt()).isEqualTo(2);
    assertThat(json().get("roles").get(1).get("version").asInt()).isEqualTo(3);
    assertThat(run("repo", "rotate", repo, "--role", "mirrors")).isEqualTo(3);
  }

  @Test
  void sign_bySecondPerson() throws IOException {
    init();
    String theirs = folder.resolve("theirs").toString();
    assertThat(run("repo", "key", theirs, "--role", "targets", "--passphrase-file", passphrase))
        .as(err())
        .isZero();
    String publicKey = out().strip();

    assertThat(
            run(
                "repo",
                "rotate",
                repo,
                "--role",
                "targets",
                "--add",
                publicKey,
                "--threshold",
                "2",
                "--passphrase-file",
                passphrase))
        .as(err())
        .isZero();
    assertThat(out()).contains("not published yet").contains("targets version 2 needs 1 more");
    assertThat(run("repo", "sign", repo, "--keys", theirs, "--passphrase-file", passphrase))
        .as(err())
        .isZero();
    run("repo", "show", repo, "--json");
    assertThat(json().get("roles").get(3).get("threshold").asInt()).isEqualTo(2);
  }

  @Test
  void tufClient_downloads() throws IOException {
    init();
    Path path = Path.of(repo);
    KeyFolder keys = new KeyFolder(KeyFolder.beside(path), (_, _) -> PASSPHRASE.toCharArray());
    TufRepository.open(new SystemDisk(), path, keys, InstantSource.system())
        .publish(Map.of("a/b", new TufRepository.Target(new byte[] {7}, Json.object().build())));
    HttpServer server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            path.toAbsolutePath(),
            SimpleFileServer.OutputLevel.NONE);
    server.start();
    try {
      String url = "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
      String metadata = folder.resolve("metadata").toString();
      String targets = folder.resolve("targets").toString();
      assertThat(
              run("tuf-client", "--metadata-dir", metadata, "init", repo + "/metadata/1.root.json"))
          .as(err())
          .isZero();
      assertThat(
              run(
                  "tuf-client",
                  "--metadata-dir",
                  metadata,
                  "--metadata-url",
                  url + "metadata",
                  "--target-name",
                  "a/b",
                  "--target-base-url",
                  url + "targets",
                  "--target-dir",
                  targets,
                  "download"))
          .as(err())
          .isZero();
      assertThat(contents(Path.of(targets))).containsExactly(new byte[] {7});
      assertThat(
              run(
                  "tuf-client",
                  "--metadata-dir",
                  metadata,
                  "--metadata-url",
                  url + "nothing",
                  "refresh"))
          .isEqualTo(1);
    } finally {
      server.stop(0);
    }
  }

  private static List<byte[]> contents(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> {
            try {
              return Files.readAllBytes(file);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          })
          .toList();
    }
  }
}

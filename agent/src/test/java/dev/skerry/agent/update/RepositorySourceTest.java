package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.LiveRepository;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.net.FolderRemote;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.UntrustedRelease;
import dev.skerry.bundle.tuf.TufClient;
import dev.skerry.bundle.tuf.TufLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositorySourceTest {
  @TempDir private Path folder;

  private LiveRepository repository;
  private RepositorySource source;

  @BeforeEach
  void open() throws IOException {
    repository = new LiveRepository(folder.resolve("repo"));
    FolderRemote remote = new FolderRemote(repository.folder());
    Path metadata = Files.createDirectories(folder.resolve("metadata"));
    TufClient client =
        new TufClient(
            new SystemDisk(),
            metadata,
            remote,
            "metadata/",
            InstantSource.system(),
            TufLimits.usual());
    client.init(Files.readAllBytes(repository.root()));
    source = new RepositorySource(client, remote);
  }

  @Test
  void newest_isEmptyWithoutReleases() throws IOException {
    repository.publish("other", 1, 0, 1, 1);

    assertThat(source.newest("m")).isEmpty();
  }

  @Test
  void newest_hasTheGreatestCounter() throws IOException {
    for (long counter = 9; counter <= 11; counter++) {
      repository.publish("m", counter, 0, counter, counter);
    }

    assertThat(source.newest("m").map(Receipt::counter)).contains(11L);
  }

  @Test
  void newest_hasTheGreatestFloorOfAll() throws IOException {
    repository.publish("m", 1, 0, 1, 1);
    repository.publish("m", 2, 2, 2, 2);
    repository.publish("m", 3, 0, 3, 3);

    assertThat(source.newest("m").map(Receipt::floor)).contains(2L);
  }

  @Test
  void manifest_isTheOneOfTheReceipt() throws IOException {
    repository.publish("m", 1, 0, 1, 1);
    Receipt newest = source.newest("m").orElseThrow();

    assertThat(new UntrustedRelease(source.manifest(newest)).verify(newest).release().version())
        .isEqualTo("1.0.1");
  }

  @Test
  void blob_isReadFromAnOffset() throws IOException {
    repository.publish("m", 1, 0, 1, 1);
    Receipt newest = source.newest("m").orElseThrow();
    var release = new UntrustedRelease(source.manifest(newest)).verify(newest).release();
    Digest blob = release.golden().inputs().getFirst().blob();

    try (InputStream in = source.blob(blob, 8)) {
      assertThat(in.readAllBytes()).hasSize(4);
    }
  }

  @Test
  void newest_refusesMetadataThatWasChanged() throws IOException {
    repository.publish("m", 1, 0, 1, 1);
    Path timestamp = repository.folder().resolve("metadata/timestamp.json");
    Files.writeString(
        timestamp, Files.readString(timestamp).replace("\"version\": 2", "\"version\": 3"));

    assertThatThrownBy(() -> source.newest("m")).isInstanceOf(TrustException.class);
  }

  @Test
  void newest_saysThatTheRepositoryIsNotThere() throws IOException {
    Path repo = repository.folder();
    Files.move(repo, folder.resolve("away"));

    assertThatThrownBy(() -> source.newest("m")).isInstanceOf(IOException.class);
  }
}

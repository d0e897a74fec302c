package dev.skerry.bundle.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.SystemDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  private static final byte[] CONTENT = "the content of a blob".getBytes(UTF_8);
  private static final Digest BLOB = Digest.of(CONTENT);

  @TempDir Path root = Path.of("");
  private BlobStore store = new BlobStore(new SystemDisk(), root);

  @BeforeEach
  void open() {
    store = new BlobStore(new SystemDisk(), root);
  }

  private Path file() {
    return root.resolve(BlobStore.path(BLOB));
  }

  private Path part() {
    return file().resolveSibling(BLOB.hex() + ".part");
  }

  private void write(byte[] content) {
    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      writer.write(content, 0, content.length);
      writer.commit();
    }
  }

  @Test
  void commit_givesTheBlobItsName() throws IOException {
    write(CONTENT);

    assertThat(file())
        .hasBinaryContent(CONTENT)
        .hasToString(root + "/sha256/" + BLOB.hex().substring(0, 2) + "/" + BLOB.hex());
    assertThat(part()).doesNotExist();
    assertThat(store.has(BLOB)).isTrue();
    assertThat(store.size(BLOB)).contains((long) CONTENT.length);
    assertThat(store.list()).containsExactly(BLOB);
    try (InputStream in = store.open(BLOB, 4)) {
      assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("content of a blob");
    }
  }

  @Test
  void write_afterAnInterruption_goesOn() {
    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      writer.write(CONTENT, 0, 5);
    }
    assertThat(store.has(BLOB)).isFalse();
    assertThat(store.list()).isEmpty();

    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      assertThat(writer.written()).isEqualTo(5);
      writer.write(CONTENT, 5, CONTENT.length - 5);
      writer.commit();
    }

    assertThat(file()).hasBinaryContent(CONTENT);
  }

  @Test
  void commit_ofOtherContent_isRefusedAndLeavesNothing() {
    byte[] other = CONTENT.clone();
    other[3]++;

    assertThatThrownBy(() -> write(other))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining(BLOB.brief());
    assertThat(file()).doesNotExist();
    assertThat(part()).doesNotExist();
  }

  @Test
  void commit_afterATornWrite_isRefusedAndTheNextOneIsWhole() throws IOException {
    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      writer.write(CONTENT, 0, 10);
    }
    Files.write(part(), new byte[10]);

    assertThatThrownBy(
            () -> {
              try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
                writer.write(CONTENT, 10, CONTENT.length - 10);
                writer.commit();
              }
            })
        .isInstanceOf(TrustException.class);
    write(CONTENT);

    assertThat(file()).hasBinaryContent(CONTENT);
  }

  @Test
  void commit_tooEarly_keepsWhatIsThere() {
    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      writer.write(CONTENT, 0, 5);
      assertThatThrownBy(writer::commit)
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("after 5 of 21 bytes");
    }

    assertThat(part()).hasSize(5);
  }

  @Test
  void write_ofEndlessData_stopsAtTheSize() {
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 7;
          }
        };

    try (BlobWriter writer = store.write(BLOB, CONTENT.length)) {
      assertThatThrownBy(() -> writer.write(endless))
          .isInstanceOf(TrustException.class)
          .hasMessageContaining("longer than its 21 bytes");
    }
    assertThat(part()).doesNotExist();
  }

  @Test
  void write_overALongerRemainder_startsAnew() throws IOException {
    Files.createDirectories(part().getParent());
    Files.write(part(), new byte[100]);

    write(CONTENT);

    assertThat(file()).hasBinaryContent(CONTENT);
  }

  @Test
  void copy_ofWhatIsThere_isNothing() {
    BlobSource source =
        new BlobSource() {
          @Override
          public boolean has(Digest blob) {
            return true;
          }

          @Override
          public InputStream open(Digest blob, long offset) {
            return new ByteArrayInputStream(CONTENT, (int) offset, CONTENT.length);
          }
        };

    assertThat(store.copy(BLOB, CONTENT.length, source)).isTrue();
    assertThat(store.copy(BLOB, CONTENT.length, source)).isFalse();
  }

  @Test
  void deleteUnused_keepsWhatIsNeededAndWhatIsNotItsOwn() throws IOException {
    write(CONTENT);
    byte[] second = {1, 2, 3};
    Digest unneeded = Digest.of(second);
    try (BlobWriter writer = store.write(unneeded, 3)) {
      writer.write(second, 0, 3);
      writer.commit();
    }
    Digest unfinished = Digest.of(new byte[] {9});
    try (BlobWriter writer = store.write(unfinished, 1)) {
      assertThat(writer.written()).isZero();
    }
    Path foreign = Files.writeString(file().resolveSibling("README"), "mine");

    assertThat(store.deleteUnused(Set.of(BLOB))).isEqualTo(3);

    assertThat(store.list()).containsExactly(BLOB);
    assertThat(root.resolve(BlobStore.path(unfinished) + ".part")).doesNotExist();
    assertThat(foreign).exists();
    assertThat(store.deleteUnused(List.of(BLOB))).isZero();
  }

  @Test
  void open_ofAMissingBlob_saysSo() {
    assertThatThrownBy(() -> store.open(BLOB, 0))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("no blob " + BLOB.hex());
  }
}

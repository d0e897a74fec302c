package dev.skerry.bundle.archive;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.blob.BlobStore;
import dev.skerry.bundle.blob.BlobWriter;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Releases;
import dev.skerry.bundle.release.Variant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TimeZone;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleaseArchiveTest {
  private static final byte[] MODEL = "the bytes of a model".getBytes(UTF_8);
  private static final byte[] INPUTS = new byte[48];
  private static final byte[] OUTPUTS = new byte[120];

  @TempDir Path scratch = Path.of("");
  private BlobStore store = new BlobStore(new SystemDisk(), scratch);

  @BeforeEach
  void fillStore() {
    store = new BlobStore(new SystemDisk(), scratch.resolve("blobs"));
    for (byte[] content : List.of(MODEL, INPUTS, OUTPUTS)) {
      try (BlobWriter writer = store.write(Digest.of(content), content.length)) {
        writer.write(content, 0, content.length);
        writer.commit();
      }
    }
  }

  private static Release release() {
    Variant plain = Releases.variant("any.1", MODEL.length);
    Digest model = Digest.of(MODEL);
    Variant variant =
        new Variant(
            "any.1",
            "float",
            new Recipe(model, MODEL.length, List.of(new Recipe.Piece(model, 0, MODEL.length))),
            plain.opsets(),
            plain.quality(),
            plain.measured(),
            plain.budget(),
            List.of(new GoldenOutput(block("scores", 10, OUTPUTS), 0)));
    Release around = Releases.of(new Ladder("any", Releases.needs("any"), List.of(variant)));
    return new Release(
        around.model(),
        around.version(),
        around.inputs(),
        around.outputs(),
        around.ladders(),
        new GoldenInputs(3, List.of(block("x", 4, INPUTS))),
        around.provenance());
  }

  private static GoldenInputs.Block block(String name, long size, byte[] content) {
    return new GoldenInputs.Block(
        name, "FP32", List.of(1L, size), Digest.of(content), content.length);
  }

  private byte[] written() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveWriter.write(release(), store, out);
    return out.toByteArray();
  }

  private Path file(byte... content) throws IOException {
    return Files.write(scratch.resolve("x.release"), content);
  }

  /** Entries of a sound archive, in order. */
  private static SequencedMap<String, byte[]> entries() {
    SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("manifest.json", ManifestCodec.write(release()));
    for (byte[] content : List.of(MODEL, INPUTS, OUTPUTS)) {
      entries.put(ReleaseArchive.entryName(Digest.of(content)), content);
    }
    return entries;
  }

  private static byte[] zip(SequencedMap<String, byte[]> entries, int method) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry header = new ZipEntry(entry.getKey());
        CRC32 sum = new CRC32();
        sum.update(entry.getValue());
        header.setMethod(method);
        header.setSize(entry.getValue().length);
        header.setCrc(sum.getValue());
        zip.putNextEntry(header);
        zip.write(entry.getValue());
      }
    }
    return out.toByteArray();
  }

  private void assertRefused(byte[] archive, String message) throws IOException {
    Path file = file(archive);
    assertThatThrownBy(() -> ReleaseArchive.open(file))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining(message);
  }

  @Test
  void write_readsBack() throws IOException {
    try (ReleaseArchive archive = ReleaseArchive.open(file(written()))) {
      assertThat(archive.release()).isEqualTo(release());
      assertThat(archive.manifest()).isEqualTo(ManifestCodec.write(release()));
      assertThatCode(archive::verifyBlobs).doesNotThrowAnyException();
      try (InputStream in = archive.open(Digest.of(MODEL), 4)) {
        assertThat(new String(in.readAllBytes(), UTF_8)).isEqualTo("bytes of a model");
      }
    }
  }

  @Test
  void write_again_makesTheSameBytesInAnyTimeZone() throws IOException {
    byte[] first = written();
    TimeZone usual = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertThat(Digest.of(written())).isEqualTo(Digest.of(first));
    } finally {
      TimeZone.setDefault(usual);
    }
  }

  @Test
  void open_takesAnotherToolsArchiveOfStoredEntries() throws IOException {
    try (ReleaseArchive archive = ReleaseArchive.open(file(zip(entries(), ZipEntry.STORED)))) {
      assertThat(archive.release()).isEqualTo(release());
    }
  }

  @Test
  void verifyBlobs_ofAFlippedByte_namesTheBlob() throws IOException {
    byte[] archive = written();
    String text = new String(archive, ISO_8859_1);
    archive[text.indexOf("the bytes of a model")] ^= 1;

    try (ReleaseArchive opened = ReleaseArchive.open(file(archive))) {
      assertThatThrownBy(opened::verifyBlobs)
          .isInstanceOf(TrustException.class)
          .hasMessageContaining("blob " + Digest.of(MODEL).brief());
    }
  }

  @Test
  void open_refusesAMissingBlob() throws IOException {
    SequencedMap<String, byte[]> entries = entries();
    entries.remove(ReleaseArchive.entryName(Digest.of(MODEL)));

    assertRefused(
        zip(entries, ZipEntry.STORED),
        "the blob %s is missing".formatted(Digest.of(MODEL).brief()));
  }

  @Test
  void open_refusesEntriesThatAreNotInTheManifest() throws IOException {
    for (String name :
        List.of("../../etc/passwd", "/etc/passwd", "readme", "blobs/", "a\\..\\b", "C:\\x")) {
      SequencedMap<String, byte[]> entries = entries();
      entries.put(name, new byte[0]);
      assertRefused(
          zip(entries, ZipEntry.STORED), "entry '%s' is not in the manifest".formatted(name));
    }
  }

  @Test
  void open_refusesAnEntryTwice() throws IOException {
    SequencedMap<String, byte[]> entries = entries();
    entries.put("manifest.jsom", "{}".getBytes(UTF_8));
    byte[] archive = zip(entries, ZipEntry.STORED);
    String text = new String(archive, ISO_8859_1);
    byte[] doubled = text.replace("manifest.jsom", "manifest.json").getBytes(ISO_8859_1);

    assertRefused(doubled, "entry 'manifest.json' is there twice");
  }

  @Test
  void open_refusesCompressedEntries() throws IOException {
    assertRefused(zip(entries(), ZipEntry.DEFLATED), "is compressed");
  }

  @Test
  void open_refusesABlobOfAnotherSize() throws IOException {
    SequencedMap<String, byte[]> entries = entries();
    entries.put(ReleaseArchive.entryName(Digest.of(MODEL)), new byte[3]);

    assertRefused(zip(entries, ZipEntry.STORED), "has 3 bytes and 20 were expected");
  }

  @Test
  void open_refusesAManifestThatIsTooLarge() throws IOException {
    SequencedMap<String, byte[]> entries = entries();
    entries.put("manifest.json", new byte[ManifestCodec.MAX_BYTES + 1]);

    assertRefused(zip(entries, ZipEntry.STORED), "its manifest has 4,194,305 bytes");
  }

  @Test
  void open_refusesEntriesThatOverlap() throws IOException {
    byte[] archive = written();
    // Every entry of the directory (signature 02014b50) claims a gigabyte.
    for (int i = 0; i + 28 < archive.length; i++) {
      boolean header =
          archive[i] == 'P' && archive[i + 1] == 'K' && archive[i + 2] == 1 && archive[i + 3] == 2;
      if (header) {
        archive[i + 23] = 0x40;
        archive[i + 27] = 0x40;
      }
    }

    assertRefused(archive, "not a release");
  }

  @Test
  void open_refusesWhatIsNoZip() throws IOException {
    assertRefused(new byte[0], "too short");
    assertRefused(new byte[100], "is no ZIP");
    byte[] archive = written();
    assertRefused(Arrays.copyOf(archive, archive.length - 1), "was cut off");
    assertRefused(Arrays.copyOf(archive, archive.length + 1), "behind its end");
    assertThatThrownBy(() -> ReleaseArchive.open(scratch.resolve("none")))
        .hasMessageContaining("there is no file");
  }

  @Test
  void open_refusesAHugeDirectoryBeforeReadingIt() throws IOException {
    byte[] archive = written();
    archive[archive.length - 22 + 15] = 0x10; // directory of 256 MiB

    assertRefused(archive, "above the limit of 67,108,864");
  }

  @Test
  void open_ofChangedBytes_refusesOrReadsAndNothingElse() throws IOException {
    byte[] archive = written();
    int refused = 0;
    for (int i = 0; i < archive.length; i += 3) {
      byte[] changed = archive.clone();
      changed[i] ^= 0x55;
      Path file = file(changed);
      try (ReleaseArchive opened = ReleaseArchive.open(file)) {
        opened.verifyBlobs();
      } catch (BundleException | TrustException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(archive.length / 10);
  }
}

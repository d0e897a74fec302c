package dev.skerry.fleet.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.fleet.TestRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Against a server that checks signatures as S3 does. */
final class BucketBlobsTest {
  private static final String BUCKET = "models";
  private static final InstantSource TIME =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

  @TempDir private Path folder;
  private BlobStoreContext storage;
  private S3Proxy server;
  private BucketBlobs blobs;

  @BeforeEach
  void start() throws Exception {
    storage = ContextBuilder.newBuilder("transient").build(BlobStoreContext.class);
    server =
        S3Proxy.builder()
            .blobStore(storage.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, "key", "secret")
            .build();
    server.start();
    TestRepository repository = new TestRepository(folder.resolve("repo"), TIME);
    repository.publish("resnet8", 1, "1.0.0");
    repository.publish("resnet8", 2, "1.1.0");
    upload(folder.resolve("repo"));
    blobs = open("secret");
  }

  @AfterEach
  void stop() throws Exception {
    blobs.close();
    server.stop();
    storage.close();
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  private static StaticCredentialsProvider credentials(String secret) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create("key", secret));
  }

  private BucketBlobs open(String secret) {
    return BucketBlobs.open(
        BUCKET, "edge/", "us-east-1", Optional.of(address()), credentials(secret));
  }

  private void upload(Path repository) throws IOException {
    BlobStore store = storage.getBlobStore();
    store.createContainerInLocation(null, BUCKET);
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        store.putBlob(
            BUCKET,
            store
                .blobBuilder("edge/" + repository.relativize(file))
                .payload(bytes)
                .contentLength(bytes.length)
                .build());
      }
    }
  }

  @Test
  void theCatalogueReadsAVerifiedRepositoryFromABucket() {
    Catalogue catalogue = new Catalogue(new SystemDisk(), blobs, folder.resolve("trusted"), TIME);
    assertThat(catalogue.problem()).isEmpty();
    assertThat(catalogue.releases()).extracting(CataloguedRelease::counter).containsExactly(2L, 1L);
    assertThat(catalogue.root()).contains("\"root\"");
  }

  @Test
  void aFileIsReadFromAnyByteOn() throws IOException {
    String whole = text("metadata/timestamp.json", 0);
    assertThat(whole).isEqualTo(Files.readString(folder.resolve("repo/metadata/timestamp.json")));
    assertThat(text("metadata/timestamp.json", 10)).isEqualTo(whole.substring(10));
    assertThat(text("metadata/timestamp.json", whole.length())).isEmpty();
  }

  private String text(String path, long offset) throws IOException {
    Blobs.Content content = blobs.find(path).orElseThrow();
    try (InputStream in = content.open(offset)) {
      byte[] bytes = in.readAllBytes();
      assertThat(bytes.length + offset).isEqualTo(content.bytes());
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatIsNotThereOrLeadsElsewhereIsNotFound() throws IOException {
    for (String path : List.of("blobs/none", "../edge/metadata/timestamp.json", "", "metadata/")) {
      assertThat(blobs.find(path)).as(path).isEmpty();
    }
  }

  @Test
  void wrongCredentialsAndASilentServerAreSaid() throws Exception {
    try (BucketBlobs wrong = open("guessed")) {
      assertThatThrownBy(() -> wrong.find("metadata/timestamp.json"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("s3://models/edge/ cannot be read: it answers with status 403");
      Catalogue catalogue = new Catalogue(new SystemDisk(), wrong, folder.resolve("t"), TIME);
      assertThat(catalogue.problem())
          .hasValueSatisfying(problem -> assertThat(problem).contains("credentials"));
    }
    server.stop();
    assertThatThrownBy(() -> blobs.find("metadata/timestamp.json"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("s3://models/edge/ cannot be read");
  }
}

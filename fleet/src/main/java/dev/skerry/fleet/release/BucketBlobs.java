package dev.skerry.fleet.release;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** A repository in a bucket of S3, or of anything that speaks its protocol. */
public final class BucketBlobs implements Blobs, AutoCloseable {
  private static final List<String> ELSEWHERE = List.of("", ".", "..");

  private final S3Client client;
  private final String bucket;
  private final String prefix;

  private BucketBlobs(S3Client client, String bucket, String prefix) {
    this.client = client;
    this.bucket = bucket;
    this.prefix = prefix;
  }

  /**
   * Opens a bucket, without asking for anything yet; the caller closes it. Checksums of transport
   * are left out, which many servers do not know: what is read is verified anyway.
   *
   * @param prefix in front of every key: empty, or names each with a {@code /} behind
   * @param endpoint of a server other than Amazon's; buckets are then the first part of the path
   */
  public static BucketBlobs open(
      String bucket,
      String prefix,
      String region,
      Optional<URI> endpoint,
      AwsCredentialsProvider credentials) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .region(Region.of(region))
            .credentialsProvider(credentials);
    endpoint.ifPresent(server -> builder.endpointOverride(server).forcePathStyle(true));
    return new BucketBlobs(builder.build(), bucket, prefix);
  }

  @Override
  public Optional<Content> find(String path) throws IOException {
    if (List.of(path.split("/", -1)).stream().anyMatch(ELSEWHERE::contains)) {
      return Optional.empty();
    }
    String key = prefix + path;
    try {
      long bytes = client.headObject(head -> head.bucket(bucket).key(key)).contentLength();
      return Optional.of(new ObjectContent(key, bytes));
    } catch (NoSuchKeyException _) {
      return Optional.empty();
    } catch (SdkException e) {
      throw unreachable(e);
    }
  }

  @Override
  public String name() {
    return "s3://%s/%s".formatted(bucket, prefix);
  }

  @Override
  public void close() {
    client.close();
  }

  private IOException unreachable(SdkException reason) {
    String said =
        reason instanceof S3Exception answer && answer.statusCode() > 0
            ? "it answers with status %d".formatted(answer.statusCode())
            : String.valueOf(reason.getMessage());
    return new IOException(
        "the bucket %s cannot be read: %s; are endpoint, region and credentials right?"
            .formatted(name(), said),
        reason);
  }

  private final class ObjectContent implements Content {
    private final String key;
    private final long bytes;

    ObjectContent(String key, long bytes) {
      this.key = key;
      this.bytes = bytes;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public InputStream open(long offset) throws IOException {
      if (offset >= bytes) {
        return InputStream.nullInputStream();
      }
      try {
        return client.getObject(
            get -> get.bucket(bucket).key(key).range("bytes=%d-".formatted(offset)));
      } catch (SdkException e) {
        throw unreachable(e);
      }
    }
  }
}

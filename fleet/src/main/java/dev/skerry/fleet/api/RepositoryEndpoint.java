package dev.skerry.fleet.api;

import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.release.Blobs;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The repository's files for everybody: what they are worth is in their signatures. Single ranges
 * are served (RFC 9110 section 14), so that downloads go on where they broke off.
 */
public final class RepositoryEndpoint {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})?");
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final String IMMUTABLE = "public, max-age=31536000, immutable";

  private final Blobs blobs;

  public RepositoryEndpoint(Blobs blobs) {
    this.blobs = blobs;
  }

  public List<Endpoint> list() {
    return List.of(
        new Endpoint(
            "GET",
            "/repo/{path...}",
            Audience.ANYONE,
            "A file of the signed repository; Range is supported",
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            this::file));
  }

  private Answer file(Call call) {
    String path = call.name("path");
    Blobs.Content content =
        find(path).orElseThrow(() -> FleetException.notFound("the repository has no file " + path));
    Matcher range = RANGE.matcher(call.headers().getOrDefault("range", ""));
    Answer answer = range.matches() ? part(content, range) : whole(content);
    return answer
        .with("Accept-Ranges", "bytes")
        .with("Cache-Control", path.startsWith("blobs/") ? IMMUTABLE : "no-cache");
  }

  private Optional<Blobs.Content> find(String path) {
    try {
      return blobs.find(path);
    } catch (IOException e) {
      throw new FleetException(FleetException.Kind.UNAVAILABLE, String.valueOf(e.getMessage()), e);
    }
  }

  private static Answer whole(Blobs.Content content) {
    return bytes(200, content, 0, content.bytes());
  }

  private static Answer part(Blobs.Content content, Matcher range) {
    long first = Long.parseLong(range.group(1));
    long last =
        range.group(2) == null
            ? content.bytes() - 1
            : Math.min(Long.parseLong(range.group(2)), content.bytes() - 1);
    if (first > last) {
      return Answer.error(RANGE_NOT_SATISFIABLE, "the file ends before byte " + first)
          .with("Content-Range", "bytes */" + content.bytes());
    }
    return bytes(206, content, first, last - first + 1)
        .with("Content-Range", "bytes %d-%d/%d".formatted(first, last, content.bytes()));
  }

  private static Answer bytes(int status, Blobs.Content content, long offset, long count) {
    Answer.Body body =
        new Answer.Body.Stream(
            count,
            out -> {
              try (InputStream in = content.open(offset)) {
                copy(in, out, count);
              }
            });
    return new Answer(status, Answer.empty(status).headers(), body)
        .with("Content-Type", "application/octet-stream");
  }

  private static void copy(InputStream in, java.io.OutputStream out, long count)
      throws IOException {
    byte[] block = new byte[1 << 16];
    for (long left = count; left > 0; ) {
      int read = in.read(block, 0, (int) Math.min(block.length, left));
      if (read < 0) {
        throw new IOException("the file was cut while it was sent");
      }
      out.write(block, 0, read);
      left -= read;
    }
  }
}

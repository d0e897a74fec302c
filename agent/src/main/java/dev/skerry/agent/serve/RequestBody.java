package dev.skerry.agent.serve;

import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** The body of a request, no longer and no slower than the limits allow. */
public final class RequestBody extends InputStream {
  private final InputStream content;
  private final long limit;
  private final Duration time;
  private final Ticker ticker;
  private final long start;
  private long bytes;
  private long waited;

  RequestBody(InputStream content, ServeLimits limits, Ticker ticker) {
    this.content = content;
    this.limit = limits.bodyBytes();
    this.time = limits.bodyTime();
    this.ticker = ticker;
    this.start = ticker.nanos();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    long asked = ticker.nanos();
    int count = content.read(target, offset, length);
    long now = ticker.nanos();
    waited += now - asked;
    bytes += Math.max(0, count);
    if (bytes > limit) {
      throw tooLarge(limit);
    }
    if (count >= 0 && now - start > time.toNanos()) {
      throw tooSlow(time);
    }
    return count;
  }

  /** Nanoseconds since the first byte could come, without those spent on waiting for bytes. */
  long workedNanos() {
    return ticker.nanos() - start - waited;
  }

  static HttpProblem tooLarge(long limit) {
    return new HttpProblem(
        HttpProblem.TOO_LARGE,
        "the request is longer than the limit of %,d bytes".formatted(limit));
  }

  /** The refusal of a request that takes longer than {@code time} to come. */
  public static HttpProblem tooSlow(Duration time) {
    return new HttpProblem(
        HttpProblem.TIMEOUT,
        "the request did not come within the limit of %d ms".formatted(time.toMillis()));
  }
}

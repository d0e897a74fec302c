package dev.skerry.agent.serve;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.concurrent.atomic.AtomicLong;

/** Memory for the tensors of all requests that are under way. */
public final class TensorBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /** A budget of {@code limit} bytes. */
  public TensorBudget(long limit) {
    this.limit = limit;
  }

  /** Bytes taken for one request; closing gives them back. */
  public final class Share implements AutoCloseable {
    private long bytes;

    private Share() {}

    /**
     * Takes {@code more} bytes.
     *
     * @throws HttpProblem 413 if they could never be had
     * @throws SkerryException BUSY if others have them now
     */
    public void take(long more) {
      if (bytes + more > limit) {
        throw new HttpProblem(
            HttpProblem.TOO_LARGE,
            "the tensors of the request take more than the limit of %,d bytes".formatted(limit));
      }
      long all = used.addAndGet(more);
      bytes += more;
      if (all > limit) {
        throw new SkerryException(
            ErrorCode.BUSY,
            "the device is too busy: the tensors of all requests under way take the limit of %,d"
                    .formatted(limit)
                + " bytes; try again");
      }
    }

    @Override
    public void close() {
      used.addAndGet(-bytes);
      bytes = 0;
    }
  }

  /** The share of one request, which closes it. */
  public Share share() {
    return new Share();
  }
}

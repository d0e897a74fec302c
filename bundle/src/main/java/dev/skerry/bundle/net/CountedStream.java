package dev.skerry.bundle.net;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails when it ends before the bytes that were announced have come. */
final class CountedStream extends FilterInputStream {
  private final long announced;
  private long come;

  CountedStream(InputStream in, long announced) {
    super(in);
    this.announced = announced;
  }

  @Override
  public int read() throws IOException {
    int unit = super.read();
    count(unit < 0 ? -1 : 1);
    return unit;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = super.read(bytes, offset, length);
    count(read);
    return read;
  }

  @Override
  public long skip(long most) throws IOException {
    long skipped = super.skip(most);
    come += skipped;
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int read) throws IOException {
    if (read >= 0) {
      come += read;
    } else if (come < announced) {
      throw new IOException("the connection broke after %d of %d bytes".formatted(come, announced));
    }
  }
}

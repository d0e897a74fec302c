package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.Optional;

/**
 * A JPEG file whose header is read, and which can be decoded once.
 *
 * <p>Decoded at full size, samples are those of libjpeg-turbo; reduced by 2, 4 or 8, each is the
 * mean of as many samples along both axes, made without the full picture.
 */
public final class JpegPicture {
  /** Greatest reduction: one sample per block. */
  public static final int MAX_REDUCTION = 8;

  /** Progressive files have about ten; many empty ones over a large picture would take long. */
  private static final int MAX_SCANS = 100;

  private final byte[] file;
  private final Headers headers;
  private final Frame frame;

  private JpegPicture(byte[] file, Headers headers, Frame frame) {
    this.file = file;
    this.headers = headers;
    this.frame = frame;
  }

  /**
   * Reads the header.
   *
   * @return empty if this is no JPEG file, or one of a kind that is rare: arithmetic codes,
   *     lossless, 12 bits, four inks, tables or heights that are given elsewhere
   * @throws IOException if the header is damaged
   */
  public static Optional<JpegPicture> open(byte[] file) throws IOException {
    if (!Headers.isJpeg(file)) {
      return Optional.empty();
    }
    Headers headers = new Headers(file);
    if (!headers.nextScan() || !headers.hasCodes()) {
      return Optional.empty();
    }
    return headers.frame().map(frame -> new JpegPicture(file, headers, frame));
  }

  /** Pixels along the picture's side, at full size. */
  public int height() {
    return frame.height();
  }

  /** Pixels along the picture's top, at full size. */
  public int width() {
    return frame.width();
  }

  /** A side of {@code size} pixels after a reduction: rounded to the nearest, at least 1. */
  public static int reduced(int size, int reduction) {
    return Math.max(1, (size + reduction / 2) / reduction);
  }

  /** Whether grey can be had without the colours: there are none, or they are apart. */
  public boolean hasLuma() {
    return frame.components().size() == 1 || headers.isYcc(frame);
  }

  /**
   * Decodes.
   *
   * @param reduction 1, 2, 4 or 8: what height and width are divided by
   * @param grey leave colours out, which only a picture that {@link #hasLuma} can
   * @return [height, width, channels]: one channel of a grey picture or if {@code grey}, else red,
   *     green, blue
   * @throws IOException if the file is damaged or ends early
   */
  public byte[] decode(int reduction, boolean grey) throws IOException {
    boolean single = grey || frame.components().size() == 1;
    frame.allocate(reduction, single ? 1 : 3);
    readScans();
    int height = reduced(frame.height(), reduction);
    int width = reduced(frame.width(), reduction);
    return single
        ? Colours.grey(frame.components().getFirst(), height, width)
        : Colours.rgb(frame, MAX_REDUCTION / reduction, headers.isYcc(frame), height, width);
  }

  private void readScans() throws IOException {
    if (frame.progressive()) {
      frame.components().forEach(Component::allocateCoefficients);
    }
    BitSource in = new BitSource(file);
    int scans = 0;
    do {
      if (scans++ == MAX_SCANS) {
        throw new IOException("it has more than %d scans".formatted(MAX_SCANS));
      }
      ScanHeader header = headers.scan(frame);
      Scan scan =
          frame.progressive()
              ? new ProgressiveScan(in, file, header, frame)
              : new SequentialScan(in, file, header, frame);
      headers.at = scan.read(headers.at, headers.restartInterval);
    } while ((frame.progressive() || !isWhole()) && headers.nextScan());
    if (!isWhole()) {
      throw BitSource.endsEarly();
    }
    if (frame.progressive()) {
      frame.components().stream()
          .filter(component -> component.size > 0)
          .forEach(ProgressiveScan::transform);
    }
  }

  private boolean isWhole() {
    return frame.components().stream().allMatch(component -> component.scanned);
  }
}

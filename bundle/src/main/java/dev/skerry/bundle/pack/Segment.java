package dev.skerry.bundle.pack;

/** A stretch of a file that is coded in one way. */
sealed interface Segment {
  /** Longest segment, in bytes; what unpacking holds in memory. */
  int MAX_BYTES = 1 << 20;

  /** Most levels of {@link Levels}. */
  int MAX_LEVELS = 256;

  int length();

  /** Names, shapes, small numbers. */
  record Plain(int length) implements Segment {}

  /**
   * Elements that have few distinct values.
   *
   * @param levels the values, ascending
   * @param zero number of the most frequent one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Levels(int length, Element element, Layout layout, long[] levels, int zero)
      implements Segment {}

  /**
   * Elements byte by byte, those of the highest order first.
   *
   * @param modelled which bytes are predicted, as bits; the others are noise
   */
  record Planes(int length, Element element, Layout layout, int modelled) implements Segment {}
}

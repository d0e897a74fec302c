package dev.skerry.graph;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The encoded bytes that are being read, what messages call them, and how much heap the reading may
 * take.
 *
 * <p>Weights stay where they are; the heap holds names, nodes and what else is not weights. A few
 * bytes of a hostile file can stand for an object many times their size, so each object is charged
 * to a budget before it is made.
 */
final class ReadSource {
  /** What one object or list entry is taken to cost, in bytes: a node with its lists and map. */
  static final int OBJECT_BYTES = 240;

  /** What one text or byte string is taken to cost beside its bytes. */
  static final int TEXT_BYTES = 96;

  /** What one boxed number in a list is taken to cost, in bytes. */
  static final int NUMBER_BYTES = 32;

  /** How many copies of a text or kept field may exist while it becomes what it should be. */
  private static final int COPIES = 4;

  /** Most heap that the parts of one model other than mapped weights may take, in bytes. */
  private static final long MAX_HEAP_BYTES = 2L << 30;

  private final String name;
  private final MemorySegment bytes;
  private final long heapLimit;
  private long heapUsed;

  ReadSource(String name, MemorySegment bytes) {
    this.name = name;
    this.bytes = bytes;
    this.heapLimit = Math.min(MAX_HEAP_BYTES, Runtime.getRuntime().maxMemory() / 2);
  }

  /** A source over fields that were kept encoded. */
  static ReadSource of(Bytes encoded) {
    return new ReadSource("kept fields", MemorySegment.ofArray(encoded.toArray()));
  }

  long size() {
    return bytes.byteSize();
  }

  byte at(long position) {
    return bytes.get(ValueLayout.JAVA_BYTE, position);
  }

  MemorySegment slice(long position, long length) {
    return bytes.asSlice(position, length);
  }

  byte[] copy(long position, long length) {
    charge(COPIES * length, position);
    return slice(position, length).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Takes {@code heapBytes} from the budget before they are allocated. */
  void charge(long heapBytes, long position) {
    heapUsed += heapBytes;
    if (heapUsed > heapLimit) {
      throw fail(
          position,
          "what is read up to here takes more than %,d bytes of heap, the limit (half of the"
                  .formatted(heapLimit)
              + " largest heap, at most 2 GiB); if the file is right, give Java more with -Xmx");
    }
  }

  /** What is wrong with the file, and where. */
  SkerryException fail(long position, String problem) {
    String looks = FileKind.guess(bytes).map(kind -> " It looks like " + kind + ".").orElse("");
    return new SkerryException(
        ErrorCode.BAD_FILE,
        "%s is not an ONNX model that can be read: at byte %,d of %,d, %s.%s"
            .formatted(name, position, bytes.byteSize(), problem, looks));
  }
}

package dev.skerry.optimize;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Small NumPy arrays as files have them. */
public final class NpyBytes {
  private NpyBytes() {}

  /** A FLOAT or INT64 tensor. */
  public static byte[] of(Tensor tensor) {
    String type = tensor.type() == DataType.FLOAT ? "<f4" : "<i8";
    String shape =
        Arrays.stream(tensor.dims())
            .mapToObj(Long::toString)
            .collect(Collectors.joining(", ", "(", ",)"));
    return of(type, shape, tensor.data().toArray(ValueLayout.JAVA_BYTE));
  }

  /** An {@code .npy} of version 1.0 with elements of {@code type} in C order. */
  public static byte[] of(String type, String shape, byte[] content) {
    String header = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }".formatted(type, shape);
    header = header + " ".repeat(117 - header.length()) + "\n";
    ByteBuffer file =
        ByteBuffer.allocate(10 + header.length() + content.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    file.put((byte) 0).putShort((short) header.length());
    return file.put(header.getBytes(StandardCharsets.US_ASCII)).put(content).array();
  }
}

package dev.skerry.bundle.net;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Names as parts of an address, percent-encoded (RFC 3986, §2.1). */
public final class Names {
  private static final String UNRESERVED = "-._~";

  private Names() {}

  /**
   * One name, so that it is one name in an address and a harmless one in a folder: {@code ../x}
   * becomes {@code ..%2Fx}.
   */
  public static String encode(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte unit : name.getBytes(StandardCharsets.UTF_8)) {
      if (isUnreserved((char) (unit & 0xff))) {
        encoded.append((char) unit);
      } else {
        encoded.append("%%%02X".formatted(unit & 0xff));
      }
    }
    return encoded.toString();
  }

  /** The names between the slashes of {@code path}, each encoded. */
  public static String encodePath(String path) {
    return Arrays.stream(path.split("/", -1)).map(Names::encode).collect(Collectors.joining("/"));
  }

  /**
   * The names between the slashes of {@code path}, decoded.
   *
   * @throws IllegalArgumentException if one is not encoded as it should be, or could lead
   *     elsewhere: it is empty, {@code .} or {@code ..}, or holds a slash
   */
  public static List<String> decodePath(String path) {
    List<String> names = new ArrayList<>();
    for (String encoded : path.split("/", -1)) {
      String name = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
        throw new IllegalArgumentException("'%s' is no name of a file".formatted(path));
      }
      names.add(name);
    }
    return names;
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || UNRESERVED.indexOf(c) >= 0;
  }
}

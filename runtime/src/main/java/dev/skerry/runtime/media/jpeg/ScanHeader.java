package dev.skerry.runtime.media.jpeg;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the header of a scan says (T.81 B.2.3).
 *
 * @param first coefficient of each block, in zigzag order
 * @param last coefficient
 * @param high bits already known, 0 in the first scan of these coefficients
 * @param low bits left to later scans
 */
record ScanHeader(List<Component> components, int first, int last, int high, int low) {
  private static final int MAX_LOW = 13;

  static ScanHeader read(Headers headers, Frame frame, byte[] file, int at, int end)
      throws IOException {
    int count = at < end ? file[at] & 0xFF : 0;
    if (count < 1 || count > frame.components().size() || at + 4 + 2 * count > end) {
      throw damaged();
    }
    List<Component> components = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = file[at + 1 + 2 * i] & 0xFF;
      int tables = file[at + 2 + 2 * i] & 0xFF;
      Component component =
          frame.components().stream()
              .filter(each -> each.id == id && !components.contains(each))
              .findFirst()
              .orElseThrow(ScanHeader::damaged);
      component.begin(headers.quantizers);
      component.dc = headers.dc[tables >> 4 & 3];
      component.ac = headers.ac[tables & 3];
      components.add(component);
    }
    int from = at + 1 + 2 * count;
    int first = file[from] & 0xFF;
    int last = file[from + 1] & 0xFF;
    int high = file[from + 2] >> 4 & 15;
    int low = file[from + 2] & 15;
    if (!frame.progressive()) {
      return new ScanHeader(components, 0, 63, 0, 0);
    }
    boolean fits = first == 0 ? last == 0 : last >= first && last < 64 && count == 1;
    if (!fits || low > MAX_LOW || (high != 0 && low != high - 1)) {
      throw damaged();
    }
    return new ScanHeader(components, first, last, high, low);
  }

  private static IOException damaged() {
    return new IOException("the header of a scan is damaged");
  }
}

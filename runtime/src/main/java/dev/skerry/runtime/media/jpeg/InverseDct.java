package dev.skerry.runtime.media.jpeg;

/**
 * From the 8 x 8 coefficients of a block to its samples, or to means of 2 x 2, 4 x 4 or 8 x 8 of
 * them.
 *
 * <p>The full transform is that of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) with 11
 * multiplications per line, in the fixed-point arithmetic of libjpeg's {@code jidctint}: factors of
 * 13 bits, 2 bits more between the passes, every sum rounded in the same place. Means of samples
 * come from folding coefficients: the mean of two neighbours under the cosine of frequency u is
 * {@code cos(u pi / 16)} times a cosine of half the length, so half and quarter size are exact
 * means of the full one before rounding, as libjpeg's reduced transforms are.
 */
final class InverseDct {
  private static final int BITS = 13;
  private static final int EXTRA = 2;
  private static final int DOWN = BITS - EXTRA;
  private static final int LAST = BITS + EXTRA + 3; // and the 8 of two passes
  private static final int ROUND = 1 << (DOWN - 1);

  /** Rounds, and moves samples around 0 to 0 to 255. */
  private static final int CENTER = (128 << LAST) + (1 << (LAST - 1));

  // The factors' names are their values in thousandths.
  private static final int F298 = fixed(0.298631336);
  private static final int F390 = fixed(0.390180644);
  private static final int F541 = fixed(0.541196100);
  private static final int F765 = fixed(0.765366865);
  private static final int F899 = fixed(0.899976223);
  private static final int F1175 = fixed(1.175875602);
  private static final int F1501 = fixed(1.501321110);
  private static final int F1847 = fixed(1.847759065);
  private static final int F1961 = fixed(1.961570560);
  private static final int F2053 = fixed(2.053119869);
  private static final int F2562 = fixed(2.562915447);
  private static final int F3072 = fixed(3.072711026);

  // Means of two: coefficient u in output 0 (A) and output 1 (B), sqrt(2) included.
  private static final int C2 = fixed(cos(2));
  private static final int C6 = fixed(cos(6));
  private static final int A1 = half(1, 1);
  private static final int A3 = half(3, 1);
  private static final int A5 = half(5, 1);
  private static final int A7 = half(7, 1);
  private static final int B1 = half(1, 3);
  private static final int B3 = half(3, 3);
  private static final int B5 = half(5, 3);
  private static final int B7 = half(7, 3);

  // Means of four.
  private static final int Q1 = quarter(1);
  private static final int Q3 = quarter(3);
  private static final int Q5 = quarter(5);
  private static final int Q7 = quarter(7);

  /** Place in zigzag order up to which coefficients stand in the first 4 rows and columns. */
  private static final int LOW = 9;

  // Coefficients 1 and 3 (I) in odd sums 0 to 3 (O), when there are no higher ones.
  private static final int I1O0 = F1501 - F899 - F390 + F1175;
  private static final int I3O1 = F3072 - F2562 - F1961 + F1175;
  private static final int I1O2 = F1175 - F390;
  private static final int I3O2 = F1175 - F2562;
  private static final int I1O3 = F1175 - F899;
  private static final int I3O3 = F1175 - F1961;

  private final int[] work = new int[64];

  private static int fixed(double factor) {
    return (int) Math.round(factor * (1 << BITS));
  }

  private static double cos(int sixteenths) {
    return Math.cos(sixteenths * Math.PI / 16);
  }

  private static int half(int u, int middle) {
    return fixed(Math.sqrt(2) * cos(u) * cos(2 * u * middle));
  }

  private static int quarter(int u) {
    return fixed(Math.sqrt(2) * cos(u) * cos(2 * u) * cos(4 * u));
  }

  /**
   * The samples of one block.
   *
   * @param block [8, 8], dequantized, row-major
   * @param last place in zigzag order behind which there are zeros
   * @param size of the result along each side: 8, 4, 2 or 1
   * @param to receives size x size samples from {@code at} on, {@code stride} apart
   */
  void apply(int[] block, int last, int size, byte[] to, int at, int stride) {
    switch (size) {
      case 8 -> {
        if (last <= LOW) {
          lowFull(block, to, at, stride);
        } else {
          full(block, to, at, stride);
        }
      }
      case 4 -> {
        if (last <= LOW) {
          lowHalves(block, to, at, stride);
        } else {
          halves(block, to, at, stride);
        }
      }
      case 2 -> quarters(block, to, at, stride);
      default -> flat(block[0], 1, to, at, stride);
    }
  }

  /** The samples of a block whose only coefficient is the first. */
  static void flat(int first, int size, byte[] to, int at, int stride) {
    byte level = level(((first + 4) >> 3) + 128);
    for (int row = at; row < at + size * stride; row += stride) {
      for (int x = row; x < row + size; x++) {
        to[x] = level;
      }
    }
  }

  /** {@code value} as a sample, held within 0 and 255. */
  static byte level(int value) {
    return (byte) ((value & ~0xFF) == 0 ? value : ~value >> 31);
  }

  private void full(int[] in, byte[] to, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      fullColumn(in, x);
    }
    for (int y = 0; y < 8; y++) {
      fullRow(8 * y, to, at + y * stride);
    }
  }

  private void fullColumn(int[] in, int x) {
    int[] out = work;
    int i1 = in[x + 8];
    int i2 = in[x + 16];
    int i3 = in[x + 24];
    int i4 = in[x + 32];
    int i5 = in[x + 40];
    int i6 = in[x + 48];
    int i7 = in[x + 56];
    if ((i1 | i2 | i3 | i4 | i5 | i6 | i7) == 0) {
      int same = in[x] << EXTRA;
      for (int i = x; i < 64; i += 8) {
        out[i] = same;
      }
      return;
    }
    int z = (i2 + i6) * F541;
    int t2 = z - i6 * F1847;
    int t3 = z + i2 * F765;
    int t0 = ((in[x] + i4) << BITS) + ROUND;
    int t1 = ((in[x] - i4) << BITS) + ROUND;
    int e0 = t0 + t3;
    int e3 = t0 - t3;
    int e1 = t1 + t2;
    int e2 = t1 - t2;
    int z5 = (i7 + i3 + i5 + i1) * F1175;
    int z1 = (i7 + i1) * -F899;
    int z2 = (i5 + i3) * -F2562;
    int z3 = (i7 + i3) * -F1961 + z5;
    int z4 = (i5 + i1) * -F390 + z5;
    int o3 = i7 * F298 + z1 + z3;
    int o2 = i5 * F2053 + z2 + z4;
    int o1 = i3 * F3072 + z2 + z3;
    int o0 = i1 * F1501 + z1 + z4;
    out[x] = (e0 + o0) >> DOWN;
    out[x + 8] = (e1 + o1) >> DOWN;
    out[x + 16] = (e2 + o2) >> DOWN;
    out[x + 24] = (e3 + o3) >> DOWN;
    out[x + 32] = (e3 - o3) >> DOWN;
    out[x + 40] = (e2 - o2) >> DOWN;
    out[x + 48] = (e1 - o1) >> DOWN;
    out[x + 56] = (e0 - o0) >> DOWN;
  }

  private void fullRow(int from, byte[] to, int at) {
    int[] in = work;
    int i1 = in[from + 1];
    int i2 = in[from + 2];
    int i3 = in[from + 3];
    int i4 = in[from + 4];
    int i5 = in[from + 5];
    int i6 = in[from + 6];
    int i7 = in[from + 7];
    int z = (i2 + i6) * F541;
    int t2 = z - i6 * F1847;
    int t3 = z + i2 * F765;
    int t0 = ((in[from] + i4) << BITS) + CENTER;
    int t1 = ((in[from] - i4) << BITS) + CENTER;
    int e0 = t0 + t3;
    int e3 = t0 - t3;
    int e1 = t1 + t2;
    int e2 = t1 - t2;
    int z5 = (i7 + i3 + i5 + i1) * F1175;
    int z1 = (i7 + i1) * -F899;
    int z2 = (i5 + i3) * -F2562;
    int z3 = (i7 + i3) * -F1961 + z5;
    int z4 = (i5 + i1) * -F390 + z5;
    int o3 = i7 * F298 + z1 + z3;
    int o2 = i5 * F2053 + z2 + z4;
    int o1 = i3 * F3072 + z2 + z3;
    int o0 = i1 * F1501 + z1 + z4;
    to[at] = level((e0 + o0) >> LAST);
    to[at + 1] = level((e1 + o1) >> LAST);
    to[at + 2] = level((e2 + o2) >> LAST);
    to[at + 3] = level((e3 + o3) >> LAST);
    to[at + 4] = level((e3 - o3) >> LAST);
    to[at + 5] = level((e2 - o2) >> LAST);
    to[at + 6] = level((e1 - o1) >> LAST);
    to[at + 7] = level((e0 - o0) >> LAST);
  }

  /** As {@link #full}, of coefficients in the first 4 rows and columns; to the same samples. */
  private void lowFull(int[] in, byte[] to, int at, int stride) {
    int[] mid = work; // [8, 8]; only the first 4 columns are used
    for (int x = 0; x < 4; x++) {
      int i1 = in[x + 8];
      int i2 = in[x + 16];
      int i3 = in[x + 24];
      int base = (in[x] << BITS) + ROUND;
      int e0 = base + i2 * (F541 + F765);
      int e1 = base + i2 * F541;
      int e2 = base - i2 * F541;
      int e3 = base - i2 * (F541 + F765);
      int o0 = i1 * I1O0 + i3 * F1175;
      int o1 = i1 * F1175 + i3 * I3O1;
      int o2 = i1 * I1O2 + i3 * I3O2;
      int o3 = i1 * I1O3 + i3 * I3O3;
      mid[x] = (e0 + o0) >> DOWN;
      mid[x + 8] = (e1 + o1) >> DOWN;
      mid[x + 16] = (e2 + o2) >> DOWN;
      mid[x + 24] = (e3 + o3) >> DOWN;
      mid[x + 32] = (e3 - o3) >> DOWN;
      mid[x + 40] = (e2 - o2) >> DOWN;
      mid[x + 48] = (e1 - o1) >> DOWN;
      mid[x + 56] = (e0 - o0) >> DOWN;
    }
    int out = at;
    for (int y = 0; y < 64; y += 8) {
      int i1 = mid[y + 1];
      int i2 = mid[y + 2];
      int i3 = mid[y + 3];
      int base = (mid[y] << BITS) + CENTER;
      int e0 = base + i2 * (F541 + F765);
      int e1 = base + i2 * F541;
      int e2 = base - i2 * F541;
      int e3 = base - i2 * (F541 + F765);
      int o0 = i1 * I1O0 + i3 * F1175;
      int o1 = i1 * F1175 + i3 * I3O1;
      int o2 = i1 * I1O2 + i3 * I3O2;
      int o3 = i1 * I1O3 + i3 * I3O3;
      to[out] = level((e0 + o0) >> LAST);
      to[out + 1] = level((e1 + o1) >> LAST);
      to[out + 2] = level((e2 + o2) >> LAST);
      to[out + 3] = level((e3 + o3) >> LAST);
      to[out + 4] = level((e3 - o3) >> LAST);
      to[out + 5] = level((e2 - o2) >> LAST);
      to[out + 6] = level((e1 - o1) >> LAST);
      to[out + 7] = level((e0 - o0) >> LAST);
      out += stride;
    }
  }

  /** As {@link #halves}, of coefficients in the first 4 rows and columns. */
  private void lowHalves(int[] in, byte[] to, int at, int stride) {
    int[] mid = work; // [4, 8]; only the first 4 columns are used
    for (int x = 0; x < 4; x++) {
      int odd1 = in[x + 8];
      int odd3 = in[x + 24];
      int base = (in[x] << BITS) + ROUND;
      int even = in[x + 16] * C2;
      int outer = odd1 * A1 + odd3 * A3;
      int inner = odd1 * B1 + odd3 * B3;
      mid[x] = (base + even + outer) >> DOWN;
      mid[x + 8] = (base - even + inner) >> DOWN;
      mid[x + 16] = (base - even - inner) >> DOWN;
      mid[x + 24] = (base + even - outer) >> DOWN;
    }
    int out = at;
    for (int y = 0; y < 32; y += 8) {
      int odd1 = mid[y + 1];
      int odd3 = mid[y + 3];
      int base = (mid[y] << BITS) + CENTER;
      int even = mid[y + 2] * C2;
      int outer = odd1 * A1 + odd3 * A3;
      int inner = odd1 * B1 + odd3 * B3;
      to[out] = level((base + even + outer) >> LAST);
      to[out + 1] = level((base - even + inner) >> LAST);
      to[out + 2] = level((base - even - inner) >> LAST);
      to[out + 3] = level((base + even - outer) >> LAST);
      out += stride;
    }
  }

  /** Means of 2 x 2 samples; under them, coefficients of frequency 4 vanish. */
  private void halves(int[] in, byte[] to, int at, int stride) {
    int[] mid = work; // [4, 8]
    for (int x = 0; x < 8; x++) {
      int odd1 = in[x + 8];
      int odd3 = in[x + 24];
      int odd5 = in[x + 40];
      int odd7 = in[x + 56];
      int base = (in[x] << BITS) + ROUND;
      int even = in[x + 16] * C2 - in[x + 48] * C6;
      int outer = odd1 * A1 + odd3 * A3 + odd5 * A5 + odd7 * A7;
      int inner = odd1 * B1 + odd3 * B3 + odd5 * B5 + odd7 * B7;
      mid[x] = (base + even + outer) >> DOWN;
      mid[x + 8] = (base - even + inner) >> DOWN;
      mid[x + 16] = (base - even - inner) >> DOWN;
      mid[x + 24] = (base + even - outer) >> DOWN;
    }
    int out = at;
    for (int y = 0; y < 32; y += 8) {
      int odd1 = mid[y + 1];
      int odd3 = mid[y + 3];
      int odd5 = mid[y + 5];
      int odd7 = mid[y + 7];
      int base = (mid[y] << BITS) + CENTER;
      int even = mid[y + 2] * C2 - mid[y + 6] * C6;
      int outer = odd1 * A1 + odd3 * A3 + odd5 * A5 + odd7 * A7;
      int inner = odd1 * B1 + odd3 * B3 + odd5 * B5 + odd7 * B7;
      to[out] = level((base + even + outer) >> LAST);
      to[out + 1] = level((base - even + inner) >> LAST);
      to[out + 2] = level((base - even - inner) >> LAST);
      to[out + 3] = level((base + even - outer) >> LAST);
      out += stride;
    }
  }

  /** Means of 4 x 4 samples, which only the first and the odd frequencies reach. */
  private void quarters(int[] in, byte[] to, int at, int stride) {
    int[] mid = work; // [2, 8]
    for (int x = 0; x < 8; x += x == 0 ? 1 : 2) {
      int base = (in[x] << BITS) + ROUND;
      int odd = in[x + 8] * Q1 + in[x + 24] * Q3 + in[x + 40] * Q5 + in[x + 56] * Q7;
      mid[x] = (base + odd) >> DOWN;
      mid[x + 8] = (base - odd) >> DOWN;
    }
    int out = at;
    for (int y = 0; y < 16; y += 8) {
      int base = (mid[y] << BITS) + CENTER;
      int odd = mid[y + 1] * Q1 + mid[y + 3] * Q3 + mid[y + 5] * Q5 + mid[y + 7] * Q7;
      to[out] = level((base + odd) >> LAST);
      to[out + 1] = level((base - odd) >> LAST);
      out += stride;
    }
  }
}

package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Attribute;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Rules of matrix products. */
final class Products {
  private Products() {}

  /** Y = αA'B' + βC, where A' and B' may be transposed: dA' = α g B'ᵀ, dB' = α A'ᵀ g. */
  static void gemm(Place at) {
    boolean transA = at.node().intAttribute("transA", 0) != 0;
    boolean transB = at.node().intAttribute("transB", 0) != 0;
    float alpha = at.node().floatAttribute("alpha", 1);
    String g = at.gradient();
    String a = at.input(0);
    String b = at.input(1);
    if (at.wants(0)) {
      at.give(
          0,
          transA
              ? product(at, b, transB, g, true, alpha)
              : product(at, g, false, b, !transB, alpha));
    }
    if (at.wants(1)) {
      at.give(
          1,
          transB
              ? product(at, g, true, a, transA, alpha)
              : product(at, a, !transA, g, false, alpha));
    }
    if (at.wants(2)) {
      float beta = at.node().floatAttribute("beta", 1);
      String scaled = beta == 1 ? g : at.mul(g, at.scalar(beta));
      at.giveBroadcast(2, scaled, at.outputShape());
    }
  }

  private static String product(
      Place at, String a, boolean transA, String b, boolean transB, float alpha) {
    Map<String, Attribute> attributes =
        Map.of(
            "transA", Attribute.of(transA ? 1L : 0L),
            "transB", Attribute.of(transB ? 1L : 0L),
            "alpha", Attribute.of(alpha));
    return at.emit().op("Gemm", attributes, a, b);
  }

  /** Batches of matrices with broadcasting; a vector counts as a matrix of one row or column. */
  static void matMul(Place at) {
    long[] a = at.inputShape(0);
    long[] b = at.inputShape(1);
    long[] rows = a.length == 1 ? new long[] {1, a[0]} : a;
    long[] columns = b.length == 1 ? new long[] {b[0], 1} : b;
    long m = rows[rows.length - 2];
    long k = rows[rows.length - 1];
    long n = columns[columns.length - 1];
    long[] batch = batch(at.outputShape(), a.length == 1, b.length == 1);
    String g = at.emit().reshape(at.gradient(), with(batch, m, n));
    if (at.wants(0)) {
      String other = at.emit().reshape(at.input(1), columns);
      String product = at.emit().op("MatMul", g, swapped(at, other, columns.length));
      String summed = at.emit().unbroadcast(product, with(batch, m, k), rows);
      at.give(0, at.emit().reshape(summed, a));
    }
    if (at.wants(1)) {
      at.give(1, at.emit().reshape(right(at, g, rows, columns, batch), b));
    }
  }

  /** Aᵀ g; in one product when B has no batch of its own. */
  private static String right(Place at, String g, long[] rows, long[] columns, long[] batch) {
    long k = rows[rows.length - 1];
    long n = columns[columns.length - 1];
    if (columns.length == 2) {
      return product(
          at, at.emit().reshape(at.input(0), -1, k), true, at.emit().reshape(g, -1, n), false, 1);
    }
    String other = at.emit().reshape(at.input(0), rows);
    String product = at.emit().op("MatMul", swapped(at, other, rows.length), g);
    return at.emit().unbroadcast(product, with(batch, k, n), columns);
  }

  private static long[] batch(long[] output, boolean noRows, boolean noColumns) {
    return Arrays.copyOf(output, output.length - (noRows ? 0 : 1) - (noColumns ? 0 : 1));
  }

  private static long[] with(long[] batch, long m, long n) {
    long[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = m;
    shape[batch.length + 1] = n;
    return shape;
  }

  private static String swapped(Place at, String value, int rank) {
    long[] order = IntStream.range(0, rank).asLongStream().toArray();
    order[rank - 2] = rank - 1;
    order[rank - 1] = rank - 2;
    return at.emit().transpose(value, order);
  }
}

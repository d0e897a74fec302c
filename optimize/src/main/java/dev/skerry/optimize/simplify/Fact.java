package dev.skerry.optimize.simplify;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is always so of a value, as seen in runs at different sizes of the free axes.
 *
 * @param shapes one shape per run, in the order of the runs; empty when the shape depends on data
 * @param content the tensor that the value always is, or null
 */
public record Fact(DataType type, List<List<Long>> shapes, @Nullable Tensor content) {
  /** Size of an axis that differs from run to run. */
  public static final long FREE = -1;

  public Fact {
    shapes = shapes.stream().map(List::copyOf).toList();
  }

  /** A value of this type and fixed shape. */
  public static Fact of(DataType type, long... dims) {
    return new Fact(type, List.of(Arrays.stream(dims).boxed().toList()), null);
  }

  /** The number of axes; empty when the shape depends on data. */
  public OptionalInt rank() {
    return shapes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(shapes.getFirst().size());
  }

  public boolean hasRank(int rank) {
    return rank().equals(OptionalInt.of(rank));
  }

  /** The size of {@code axis} when it is the same in all runs, else {@link #FREE}. */
  public long dim(int axis) {
    long size = shapes.getFirst().get(axis);
    return shapes.stream().allMatch(shape -> shape.get(axis) == size) ? size : FREE;
  }

  /** All sizes; empty when any axis is free or the shape depends on data. */
  public Optional<long[]> fixedShape() {
    if (shapes.isEmpty()) {
      return Optional.empty();
    }
    long[] dims = IntStream.range(0, shapes.getFirst().size()).mapToLong(this::dim).toArray();
    return IntStream.range(0, dims.length).anyMatch(axis -> dims[axis] == FREE)
        ? Optional.empty()
        : Optional.of(dims);
  }

  /** Whether both have the same known shape in every run. */
  public boolean sameShape(Fact other) {
    return !shapes.isEmpty() && shapes.equals(other.shapes);
  }

  public Optional<Tensor> known() {
    return Optional.ofNullable(content);
  }
}

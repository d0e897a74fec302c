package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Nearest;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import dev.skerry.runtime.media.ElementWriter;
import dev.skerry.runtime.media.GraphInput;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Samples along the first axis of mapped NumPy arrays, one array per graph input.
 *
 * <p>The arrays of an {@code .npz} are packed, so each is unpacked into a temporary file that is
 * gone from the folder as soon as it is mapped.
 */
final class ArrayRecords implements SampleRecords {
  /** Names under which an {@code .npz} may hold class indices. */
  private static final List<String> LABEL_NAMES = List.of("labels", "label", "y");

  private final Path place;
  private final Arena arena;
  private final List<Column> columns;
  private final @Nullable NpyArray labels;
  private final int size;

  /** An array and the input that it fills. */
  private record Column(GraphInput input, NpyArray array, long[] dims, ElementWriter writer) {
    static Column of(GraphInput input, NpyArray array) {
      long[] dims = input.sampleDims(array.name(), array.sampleShape());
      return new Column(input, array, dims, ElementWriter.of(input.type()));
    }

    Tensor read(int index, TensorBuffers into) {
      long count = array.sampleSize();
      MemorySegment memory = into.of(input.name(), input.type().bytes(count));
      Normalization.Line[] lines = input.spec().normalization().lines();
      long run = run(count, lines.length);
      for (long i = 0; i < count; i++) {
        int channel = lines.length == 1 ? 0 : (int) (i / run % lines.length);
        writer.put(memory, i, lines[channel].apply(array.at(index, i)));
      }
      return Tensor.of(input.type(), dims, memory);
    }

    /** Values in a row that belong to one channel: planes of pictures, single values otherwise. */
    private long run(long count, int channels) {
      boolean planar =
          input.spec() instanceof InputSpec.Image image && image.layout() == InputSpec.Layout.NCHW;
      return planar ? count / channels : 1;
    }
  }

  private ArrayRecords(Path place, Arena arena, List<Column> columns, @Nullable NpyArray labels) {
    this.place = place;
    this.arena = arena;
    this.columns = columns;
    this.labels = labels;
    long count = columns.getFirst().array.count();
    for (Column column : columns) {
      requireCount(column.array, count);
    }
    if (labels != null) {
      requireCount(labels, count);
    }
    if (count < 1 || count > Integer.MAX_VALUE) {
      throw new SkerryException(
          ErrorCode.BAD_DATA, place + " holds " + count + " samples; give at least one");
    }
    this.size = (int) count;
  }

  private static void requireCount(NpyArray array, long count) {
    if (array.count() != count) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s has %d entries along its first axis, but there are %d samples"
              .formatted(array.name(), array.count(), count));
    }
  }

  /** The samples of an {@code .npy}, for a graph with one input. */
  @SuppressWarnings("MustBeClosedChecker") // the arena goes to the records, or is closed here
  static ArrayRecords ofNpy(Path file, List<GraphInput> inputs) {
    if (inputs.size() != 1) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s fills one input, but the model has %s; give an .npz with one array per input"
              .formatted(file, inputs.stream().map(GraphInput::name).toList()));
    }
    Arena arena = Arena.ofShared();
    try {
      NpyArray array = NpyArray.map(file.toString(), file, arena);
      return new ArrayRecords(file, arena, List.of(Column.of(inputs.getFirst(), array)), null);
    } catch (RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  /** The samples of an {@code .npz} whose arrays are named after the inputs that callers give. */
  @SuppressWarnings("MustBeClosedChecker") // the arena goes to the records, or is closed here
  static ArrayRecords ofNpz(Path file, List<GraphInput> inputs) {
    Arena arena = Arena.ofShared();
    try {
      Map<String, NpyArray> arrays = unpack(file, arena);
      List<Column> columns =
          inputs.stream()
              .filter(input -> input.spec().isGiven() || arrays.containsKey(input.name()))
              .map(input -> column(file, arrays, input, inputs.size()))
              .toList();
      NpyArray labels =
          LABEL_NAMES.stream()
              .filter(name -> inputs.stream().noneMatch(input -> input.name().equals(name)))
              .filter(arrays::containsKey)
              .findFirst()
              .map(arrays::get)
              .orElse(null);
      return new ArrayRecords(file, arena, columns, labels);
    } catch (RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  private static Column column(
      Path file, Map<String, NpyArray> arrays, GraphInput input, int inputs) {
    NpyArray array = arrays.get(input.name());
    List<String> data = arrays.keySet().stream().filter(n -> !LABEL_NAMES.contains(n)).toList();
    if (array == null && inputs == 1 && data.size() == 1) {
      array = arrays.get(data.getFirst());
    }
    if (array == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s has no array for the input \"%s\"%s"
              .formatted(file, input.name(), Nearest.hint(input.name(), arrays.keySet())));
    }
    return Column.of(input, array);
  }

  private static Map<String, NpyArray> unpack(Path file, Arena arena) {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> e.getName().endsWith(".npy")).toList()) {
        String name = entry.getName().substring(0, entry.getName().length() - ".npy".length());
        try (InputStream packed = zip.getInputStream(entry)) {
          arrays.put(name, unpacked(name + " in " + file, packed, arena));
        }
      }
    } catch (ZipException broken) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s is no whole .npz: %s; save it again with numpy.savez"
              .formatted(file, broken.getMessage()),
          broken);
    } catch (IOException failed) {
      throw new SkerryException(
          ErrorCode.BAD_DATA, "cannot unpack " + file + ": " + failed, failed);
    }
    return arrays;
  }

  private static NpyArray unpacked(String name, InputStream packed, Arena arena)
      throws IOException {
    Path file = Files.createTempFile("skerry-", ".npy");
    try {
      try (var out = Files.newOutputStream(file)) {
        packed.transferTo(out);
      }
      return NpyArray.map(name, file, arena);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** The inputs that there are arrays for. */
  List<String> inputs() {
    return columns.stream().map(column -> column.input.name()).toList();
  }

  /** Class indices stored in a file of their own: one whole number per sample. */
  static int[] labels(Path file, int size) {
    try (Arena arena = Arena.ofConfined()) {
      NpyArray array = NpyArray.map(file.toString(), file, arena);
      if (!array.isInteger() || array.sampleSize() != 1) {
        throw new SkerryException(
            ErrorCode.BAD_DATA, file + " must hold one whole number per sample");
      }
      requireCount(array, size);
      return IntStream.range(0, size).map(index -> (int) array.at(index, 0)).toArray();
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public String name(int index) {
    return place.getFileName() + "[" + index + "]";
  }

  @Override
  public int label(int index) {
    NpyArray indices = labels;
    return indices == null ? Sample.NO_LABEL : (int) indices.at(index, 0);
  }

  @Override
  public Reader reader() {
    return (index, into) -> {
      SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
      columns.forEach(column -> inputs.put(column.input.name(), column.read(index, into)));
      return inputs;
    };
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}

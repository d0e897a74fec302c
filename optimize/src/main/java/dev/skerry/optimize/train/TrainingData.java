package dev.skerry.optimize.train;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.NativeArray;
import dev.skerry.runtime.data.Sample;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.data.SampleStream;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.Normalization;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * All samples decoded in native memory, pictures as grey levels, and batches of them as one graph
 * takes them, changed at random on the way.
 */
final class TrainingData implements AutoCloseable {
  /** Bytes of decoded samples that are held at most. */
  private static final long MAX_BYTES = 4L << 30;

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** One input of the graph: its samples behind one another. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Column(
      InputSpec spec, DataType type, long[] sampleDims, boolean levels, MemorySegment memory) {
    long elements() {
      return Tensor.elementCount(sampleDims);
    }
  }

  @SuppressWarnings("MustBeClosedChecker") // closed with the data
  private final Arena arena = Arena.ofShared();

  private final SequencedMap<String, Column> columns = new LinkedHashMap<>();
  private final List<String> names = new ArrayList<>();
  private final String place;
  private int[] labels = new int[0];

  private TrainingData(String place) {
    this.place = place;
  }

  /** Decodes at most {@code limit} of the samples at {@code data}, spread evenly. */
  static TrainingData open(
      ModelDescription description, Model model, Path data, @Nullable Path labels, int limit) {
    SequencedMap<String, InputSpec> raw = new LinkedHashMap<>(description.inputs());
    raw.replaceAll((_, spec) ->
        spec instanceof InputSpec.Image image ? image.withNormalization(Normalization.NONE) : spec);
    TrainingData decoded = new TrainingData(data.toString());
    try (SampleSource source =
        SampleSource.open(description.withInputs(raw), model, data, labels)) {
      decoded.decode(source.size() > limit ? source.limit(limit) : source, description);
      return decoded;
    } catch (RuntimeException | Error failed) {
      decoded.close();
      throw failed;
    }
  }

  private void decode(SampleSource source, ModelDescription description) {
    labels = new int[source.size()];
    try (SampleStream samples = source.samples()) {
      for (int i = 0; i < labels.length; i++) {
        Sample sample = samples.next();
        if (i == 0) {
          allocate(sample, description, labels.length);
        }
        names.add(sample.name());
        labels[i] = sample.label();
        int at = i;
        columns.forEach((input, column) -> keep(column, sample, input, at));
      }
    }
  }

  private void allocate(Sample sample, ModelDescription description, int count) {
    long total = 0;
    for (var entry : sample.inputs().entrySet()) {
      Tensor tensor = entry.getValue();
      if (tensor.rank() == 0 || tensor.dim(0) != 1) {
        throw bad(
            "one sample of input '%s' is %s: without a batch axis there are no batches to train on"
                .formatted(entry.getKey(), tensor));
      }
      InputSpec spec =
          description
              .inputs()
              .getOrDefault(entry.getKey(), new InputSpec.Array(Normalization.NONE));
      boolean levels = spec instanceof InputSpec.Image && tensor.type() == DataType.FLOAT;
      long bytes = (levels ? tensor.elementCount() : tensor.byteSize()) * count;
      total += bytes;
      if (total > MAX_BYTES) {
        throw bad(
            "%,d samples of %s take more than %,d bytes decoded; train on fewer with --samples"
                .formatted(count, place, MAX_BYTES));
      }
      long[] dims = Arrays.copyOfRange(tensor.dims(), 1, tensor.rank());
      columns.put(
          entry.getKey(), new Column(spec, tensor.type(), dims, levels, arena.allocate(bytes, 64)));
    }
  }

  private void keep(Column column, Sample sample, String input, int position) {
    Tensor tensor = sample.input(input);
    if (tensor.elementCount() != column.elements()) {
      throw bad(
          "sample %s of %s is %s, others have %d elements; training needs one shape"
              .formatted(sample.name(), place, tensor, column.elements()));
    }
    if (!column.levels()) {
      requireFinite(tensor, sample.name());
      long bytes = tensor.byteSize();
      column.memory().asSlice(position * bytes, bytes).copyFrom(tensor.data());
      return;
    }
    long start = position * column.elements();
    for (long i = 0; i < column.elements(); i++) {
      byte level = (byte) Math.round(tensor.asDouble(i));
      column.memory().set(ValueLayout.JAVA_BYTE, start + i, level);
    }
  }

  private void requireFinite(Tensor tensor, String name) {
    for (long i = 0; tensor.type().isFloating() && i < tensor.elementCount(); i++) {
      if (!Double.isFinite(tensor.asDouble(i))) {
        throw bad("sample %s of %s holds NaN or infinity at element %d".formatted(name, place, i));
      }
    }
  }

  private static SkerryException bad(String message) {
    return new SkerryException(ErrorCode.BAD_DATA, message);
  }

  int size() {
    return labels.length;
  }

  int label(int sample) {
    return labels[sample];
  }

  String place() {
    return place;
  }

  boolean hasLabels() {
    return Arrays.stream(labels).allMatch(label -> label >= 0);
  }

  /** Arrays for batches of {@code count}, by input. */
  SequencedMap<String, NativeArray> arrays(Arena owner, int count) {
    SequencedMap<String, NativeArray> arrays = new LinkedHashMap<>();
    columns.forEach((input, column) -> {
      long[] dims = new long[column.sampleDims().length + 1];
      dims[0] = count;
      System.arraycopy(column.sampleDims(), 0, dims, 1, dims.length - 1);
      arrays.put(input, NativeArray.allocate(owner, column.type(), dims));
    });
    return arrays;
  }

  /**
   * Puts {@code samples} into {@code into}, one per place of the batch.
   *
   * @param seed from which the changes of each sample follow
   */
  void fill(
      int[] samples, Augmentation augmentation, long seed, SequencedMap<String, NativeArray> into) {
    into.forEach((input, array) -> {
      Column column = columns.get(input);
      if (column == null) {
        throw new IllegalArgumentException("there is no input " + input);
      }
      for (int i = 0; i < samples.length; i++) {
        SplittableRandom random = new SplittableRandom(seed + 0x9E3779B97F4A7C15L * (i + 1));
        if (column.levels()) {
          new Picture(column, samples[i], augmentation, random).write(array.memory(), i);
        } else {
          numbers(column, samples[i], augmentation, random, array.memory(), i);
        }
      }
    });
  }

  private static void numbers(
      Column column,
      int sample,
      Augmentation augmentation,
      SplittableRandom random,
      MemorySegment into,
      int place) {
    long bytes = column.type().bytes(column.elements());
    MemorySegment from = column.memory().asSlice(sample * bytes, bytes);
    MemorySegment to = into.asSlice(place * bytes, bytes);
    boolean changes = augmentation.shift() > 0 || augmentation.noise() > 0;
    if (column.type() != DataType.FLOAT || !changes) {
      to.copyFrom(from);
      return;
    }
    boolean moves = column.spec() instanceof InputSpec.Audio audio && audio.features() == null;
    int by = moves ? random.nextInt(-augmentation.shift(), augmentation.shift() + 1) : 0;
    double squares = 0;
    for (long i = 0; i < column.elements(); i++) {
      float value = from.get(FLOAT, i * 4);
      squares += value * value;
    }
    double deviation = augmentation.noise() * Math.sqrt(squares / Math.max(1, column.elements()));
    for (long i = 0; i < column.elements(); i++) {
      long source = i + by;
      float value = source < 0 || source >= column.elements() ? 0 : from.get(FLOAT, source * 4);
      to.set(
          FLOAT, i * 4, (float) (value + (deviation > 0 ? deviation * random.nextGaussian() : 0)));
    }
  }

  /** One picture, moved and mirrored, on its way into a batch. */
  private static final class Picture {
    private final Column column;
    private final InputSpec.Image spec;
    private final long start;
    private final int down;
    private final int right;
    private final boolean mirrored;
    private final double noise;
    private final SplittableRandom random;

    Picture(Column column, int sample, Augmentation augmentation, SplittableRandom random) {
      this.column = column;
      this.spec = (InputSpec.Image) column.spec();
      this.start = sample * column.elements();
      int shift = augmentation.shift();
      this.down = random.nextInt(-shift, shift + 1);
      this.right = random.nextInt(-shift, shift + 1);
      this.mirrored = augmentation.flip() && random.nextBoolean();
      this.noise = augmentation.noise();
      this.random = random;
    }

    void write(MemorySegment into, int place) {
      int channels = spec.channels().count();
      boolean planar = spec.layout() == InputSpec.Layout.NCHW;
      long base = place * column.elements();
      for (int c = 0; c < channels; c++) {
        Normalization.Line line = spec.normalization().line(c);
        for (int y = 0; y < spec.height(); y++) {
          int fromY = Math.clamp(y + down, 0, spec.height() - 1);
          for (int x = 0; x < spec.width(); x++) {
            int column = mirrored ? spec.width() - 1 - x : x;
            int fromX = Math.clamp(column + right, 0, spec.width() - 1);
            float value = (float) line.apply(level(at(planar, channels, c, fromY, fromX)));
            into.set(FLOAT, (base + at(planar, channels, c, y, x)) * 4, value);
          }
        }
      }
    }

    private double level(long at) {
      int level = column.memory().get(ValueLayout.JAVA_BYTE, start + at) & 0xFF;
      return noise > 0 ? level + noise * random.nextGaussian() : level;
    }

    private long at(boolean planar, int channels, int c, int y, int x) {
      return planar
          ? ((long) c * spec.height() + y) * spec.width() + x
          : ((long) y * spec.width() + x) * channels + c;
    }
  }

  /**
   * Mixes the first half of a batch with the second half turned round: x ← λ x + (1-λ) x'.
   *
   * @param rows of {@code array}, whose elements are FLOAT
   */
  static void mix(NativeArray array, double lambda) {
    int rows = (int) array.dims()[0];
    long bytes = array.memory().byteSize() / rows;
    for (int i = 0; i < rows / 2; i++) {
      MemorySegment a = array.memory().asSlice(i * bytes, bytes);
      MemorySegment b = array.memory().asSlice((rows - 1 - i) * bytes, bytes);
      for (long at = 0; at < bytes; at += 4) {
        float first = a.get(FLOAT, at);
        float second = b.get(FLOAT, at);
        a.set(FLOAT, at, (float) (lambda * first + (1 - lambda) * second));
        b.set(FLOAT, at, (float) (lambda * second + (1 - lambda) * first));
      }
    }
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}

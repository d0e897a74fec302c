package dev.skerry.runtime.data;

import dev.skerry.graph.Dimension;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.ModelDescription;
import dev.skerry.runtime.describe.OutputSpec;
import dev.skerry.runtime.media.GraphInput;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A set of samples, made into what a graph takes one by one as they are asked for.
 *
 * <p>A place is a folder or {@code .zip} of pictures or recordings (class folders give labels), one
 * such file, an {@code .npy}, an {@code .npz} with one array per input, or a folder of ONNX {@code
 * test_data_set_*}. Order is by name; every pass gives the same samples. {@link #limit} and {@link
 * #slice} are views that live as long as the source they were taken from; closing a view does
 * nothing.
 */
public final class SampleSource implements AutoCloseable {
  private final SampleRecords records;
  private final String place;
  private final int[] order; // positions in the records
  private final int[] labels; // one per position of order
  private final boolean owner;

  private SampleSource(
      SampleRecords records, String place, int[] order, int[] labels, boolean owner) {
    this.records = records;
    this.place = place;
    this.order = order;
    this.labels = labels;
    this.owner = owner;
  }

  /** The samples at {@code data}, with labels as the place itself gives them. */
  public static SampleSource open(ModelDescription description, Model model, Path data) {
    return open(description, model, data, null);
  }

  /**
   * The samples at {@code data}.
   *
   * @param labels an {@code .npy} of class indices that replaces the labels of the place
   * @throws SkerryException BAD_DATA when there are none, or they do not fit the model
   */
  public static SampleSource open(
      ModelDescription description, Model model, Path data, @Nullable Path labels) {
    SampleRecords records = records(description, model, data);
    try {
      int[] order = IntStream.range(0, records.size()).toArray();
      int[] known =
          labels == null
              ? Arrays.stream(order).map(records::label).toArray()
              : ArrayRecords.labels(labels, records.size());
      requireBelow(data, known, classes(description, model));
      return new SampleSource(records, data.toString(), order, known, true);
    } catch (RuntimeException failed) {
      records.close();
      throw failed;
    }
  }

  /** What shows the ranges of values; the description must name it. */
  public static SampleSource calibration(ModelDescription description, Model model) {
    Path data = required(description, description.data().calibration(), "calibration");
    return open(description, model, data, null);
  }

  /** What a model is judged on; the description must name it. */
  public static SampleSource validation(ModelDescription description, Model model) {
    Path data = required(description, description.data().validation(), "validation");
    return open(description, model, data, description.data().labels());
  }

  /** Noise in the declared ranges, for models without data; see {@link #isRandom}. */
  public static SampleSource random(
      ModelDescription description, Model model, int size, long seed) {
    return random(description, model, size, seed, 0);
  }

  /**
   * As {@link #random(ModelDescription, Model, int, long)}, for models that leave sizes open.
   *
   * @param freeAxis what axes measure whose size is not declared, batches apart
   */
  public static SampleSource random(
      ModelDescription description, Model model, int size, long seed, long freeAxis) {
    SampleRecords records =
        new RandomRecords(GraphInput.of(description, model), size, seed, freeAxis);
    int[] none = new int[size];
    Arrays.fill(none, Sample.NO_LABEL);
    return new SampleSource(records, "random data", IntStream.range(0, size).toArray(), none, true);
  }

  private static Path required(ModelDescription description, @Nullable Path data, String key) {
    if (data == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s names no data: add %s = \"...\" under [data], or give it on the command line"
              .formatted(description.file(), key));
    }
    return data;
  }

  private static SampleRecords records(ModelDescription description, Model model, Path data) {
    List<GraphInput> inputs = GraphInput.of(description, model);
    String extension = MediaFiles.extension(data.getFileName().toString());
    if (!Files.exists(data)) {
      throw new SkerryException(ErrorCode.BAD_DATA, "there is no data at " + data);
    }
    if (extension.equals("npy")) {
      ArrayRecords array =
          ArrayRecords.ofNpy(data, inputs.stream().filter(in -> in.spec().isGiven()).toList());
      return completed(array, array.inputs(), inputs, model);
    }
    if (extension.equals("npz")) {
      ArrayRecords arrays = ArrayRecords.ofNpz(data, inputs);
      return completed(arrays, arrays.inputs(), inputs, model);
    }
    boolean folder = Files.isDirectory(data);
    if (folder && TestSetRecords.isAt(data)) {
      return TestSetRecords.of(data, inputs);
    }
    if (!folder && !MediaFiles.isZip(data) && !MediaRecords.isMedia(extension)) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          data + " is no data that can be read; give a folder, .zip, .npy, .npz, picture or .wav");
    }
    return media(description, model, data, inputs);
  }

  /** Entries of an array are one sequence, unless it says of what the states are, too. */
  private static SampleRecords completed(
      SampleRecords records, List<String> known, List<GraphInput> inputs, Model model) {
    List<GraphInput> others =
        inputs.stream().filter(input -> !known.contains(input.name())).toList();
    if (others.isEmpty()) {
      return records;
    }
    IntUnaryOperator first = hasState(others) ? _ -> 0 : index -> index;
    return SequenceRecords.of(records, others, first, model);
  }

  private static boolean hasState(List<GraphInput> inputs) {
    return inputs.stream().anyMatch(input -> input.spec() instanceof InputSpec.State);
  }

  private static SampleRecords media(
      ModelDescription description, Model model, Path data, List<GraphInput> inputs) {
    GraphInput input =
        GraphInput.ofMedia(inputs)
            .orElseThrow(() ->
                new SkerryException(
                    ErrorCode.BAD_DATA,
                    "%s holds files, but the model's inputs %s are not one picture or sound;"
                            .formatted(data, inputs.stream().map(GraphInput::name).toList())
                        + " set kind = \"image\" or \"audio\", or give an .npz"));
    List<GraphInput> others = inputs.stream().filter(each -> !each.spec().isGiven()).toList();
    MediaFiles files = MediaFiles.open(data);
    try {
      if (hasState(others)) {
        WindowRecords windows = WindowRecords.of(files, input);
        return SequenceRecords.of(windows, others, windows::first, model);
      }
      MediaRecords media =
          MediaRecords.of(files, input, labels(description), classes(description, model));
      return others.isEmpty() ? media : SequenceRecords.of(media, others, index -> index, model);
    } catch (RuntimeException failed) {
      files.close();
      throw failed;
    }
  }

  private static List<String> labels(ModelDescription description) {
    return description.outputs().values().stream()
        .filter(output -> output.kind() != OutputSpec.Kind.DETECTION)
        .map(OutputSpec::labels)
        .filter(names -> !names.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** How many classes the model tells apart; 0 when that is not known. */
  private static int classes(ModelDescription description, Model model) {
    for (Map.Entry<String, OutputSpec> output : description.outputs().entrySet()) {
      if (output.getValue().kind() == OutputSpec.Kind.CLASSIFICATION) {
        int named = output.getValue().labels().size();
        return named > 0 ? named : lastAxis(model, output.getKey());
      }
    }
    return 0;
  }

  private static int lastAxis(Model model, String output) {
    return model.graph().outputs().stream()
        .filter(value -> value.name().equals(output))
        .mapToInt(SampleSource::lastAxis)
        .findFirst()
        .orElse(0);
  }

  private static int lastAxis(ValueInfo value) {
    List<Dimension> axes = value.type() instanceof Type.Tensor tensor ? tensor.shape() : null;
    return axes != null
            && !axes.isEmpty()
            && axes.getLast() instanceof Dimension.Fixed(long size)
            && size <= Integer.MAX_VALUE
        ? (int) size
        : 0;
  }

  private static void requireBelow(Path data, int[] labels, int classes) {
    int greatest = Arrays.stream(labels).max().orElse(Sample.NO_LABEL);
    int least = Arrays.stream(labels).min().orElse(Sample.NO_LABEL);
    if (least < Sample.NO_LABEL || (classes > 0 && greatest >= classes)) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "the labels of %s go from %d to %d, but the model tells %d classes apart"
              .formatted(data, least, greatest, classes));
    }
  }

  /** Where the samples are, for people. */
  public String place() {
    return place;
  }

  public int size() {
    return order.length;
  }

  /** Whether every sample says of which class it is. */
  public boolean hasLabels() {
    return labels.length > 0 && Arrays.stream(labels).allMatch(label -> label >= 0);
  }

  /** Whether these are made-up numbers, on which accuracy means nothing. */
  public boolean isRandom() {
    return records instanceof RandomRecords;
  }

  /** The class of the sample at {@code position}, without decoding it. */
  public int label(int position) {
    return labels[position];
  }

  /** At most {@code count} samples, spread evenly over all; always the same. */
  public SampleSource limit(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("a limit of " + count + " samples leaves none");
    }
    int kept = Math.min(count, size());
    return view(IntStream.range(0, kept).map(i -> (int) ((long) i * size() / kept)).toArray());
  }

  /** Every {@code stride}-th sample from {@code offset} on, so that slices share none. */
  public SampleSource slice(int offset, int stride) {
    if (offset < 0 || stride < 1) {
      throw new IllegalArgumentException("no slice from " + offset + " by " + stride);
    }
    return view(IntStream.iterate(offset, i -> i < size(), i -> i + stride).toArray());
  }

  /** The samples at {@code positions}, in that order; one may come more than once. */
  public SampleSource at(int... positions) {
    return view(positions);
  }

  /**
   * These pictures and, for each, some views of it: mirrored, moved, farther, nearer. Labels of
   * classes are kept. Lives as long as this source; other data than pictures comes back as it is.
   */
  public SampleSource varied(ModelDescription description, Model model) {
    GraphInput input = GraphInput.ofMedia(GraphInput.of(description, model)).orElse(null);
    if (input == null || !(input.spec() instanceof InputSpec.Image image)) {
      return this;
    }
    SampleRecords varied = new VariedRecords(records, input.name(), image);
    int views = varied.size() / records.size();
    int[] positions = IntStream.range(0, order.length * views).toArray();
    return new SampleSource(
        varied,
        place,
        Arrays.stream(positions).map(i -> order[i / views] * views + i % views).toArray(),
        Arrays.stream(positions).map(i -> labels[i / views]).toArray(),
        false);
  }

  /**
   * These samples as {@code model} takes them: a graph that prepares its input itself takes files
   * as decoded. Lives as long as this source.
   *
   * @throws SkerryException BAD_DATA if there are no files to decode
   */
  public SampleSource as(ModelDescription description, Model model) {
    List<GraphInput> inputs = GraphInput.of(description, model);
    if (!(records instanceof MediaRecords media) || GraphInput.ofMedia(inputs).isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "the model prepares its input itself, so it is judged on pictures or recordings, and %s"
                  .formatted(place)
              + " holds numbers; give files");
    }
    return new SampleSource(media.as(inputs.getFirst()), place, order, labels, false);
  }

  /** Whether samples are files, which a graph may prepare itself; see {@link #as}. */
  public boolean isMedia() {
    return records instanceof MediaRecords;
  }

  private SampleSource view(int[] positions) {
    return new SampleSource(
        records,
        place,
        Arrays.stream(positions).map(i -> order[i]).toArray(),
        Arrays.stream(positions).map(i -> labels[i]).toArray(),
        false);
  }

  /** The sample at {@code position}, in memory of its own, which the garbage collector frees. */
  public Sample read(int position) {
    int index = order[position];
    return new Sample(
        records.name(index),
        records.reader().read(index, new TensorBuffers(Arena.ofAuto())),
        labels[position]);
  }

  /** A new pass over all samples; the caller closes it. */
  public SampleStream samples() {
    return new SampleStream(records, order, labels);
  }

  /** Gives every sample to {@code consumer}, who may not keep it; see {@link SampleStream}. */
  public void forEach(Consumer<Sample> consumer) {
    try (SampleStream samples = samples()) {
      samples.forEachRemaining(consumer);
    }
  }

  @Override
  public void close() {
    if (owner) {
      records.close();
    }
  }
}

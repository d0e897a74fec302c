package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.AudioFeatures;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.describe.Normalization;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Pictures or recordings of a folder or archive, for a graph with one such input. */
final class MediaRecords implements SampleRecords {
  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "bmp", "gif");
  private static final Set<String> RECORDINGS = Set.of("wav");

  private final MediaFiles files;
  private final List<String> names;
  private final int[] labels;
  private final GraphInput input;

  private MediaRecords(MediaFiles files, List<String> names, int[] labels, GraphInput input) {
    this.files = files;
    this.names = names;
    this.labels = labels;
    this.input = input;
  }

  static boolean isMedia(String extension) {
    return PICTURES.contains(extension) || RECORDINGS.contains(extension);
  }

  /**
   * Takes over {@code files}, whose owner the records become.
   *
   * @param labels names of the classes, may be empty
   * @param classes how many there are, 0 when unknown
   */
  static MediaRecords of(MediaFiles files, GraphInput input, List<String> labels, int classes) {
    Set<String> wanted = input.spec() instanceof InputSpec.Audio ? RECORDINGS : PICTURES;
    List<String> names =
        files.names().stream().filter(name -> wanted.contains(MediaFiles.extension(name))).toList();
    if (names.isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s holds no %s for input \"%s\" (found: %s); check the path and the input's kind"
              .formatted(
                  files.place(),
                  input.spec() instanceof InputSpec.Audio ? "WAV files" : "JPEG or PNG files",
                  input.name(),
                  files.names().isEmpty() ? "nothing" : files.census()));
    }
    return new MediaRecords(
        files, names, ClassLabels.of(files.place(), names, labels, classes), input);
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return names.get(index);
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void close() {
    files.close();
  }

  @Override
  public Reader reader() {
    return switch (input.spec()) {
      case InputSpec.Image image -> new ImageReader(image);
      case InputSpec.Audio audio -> new AudioReader(audio);
      case InputSpec.Array _ -> throw new IllegalStateException("numbers are no media");
    };
  }

  private SequencedMap<String, Tensor> only(Tensor tensor) {
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(input.name(), tensor);
    return inputs;
  }

  /** Decodes, resizes, normalizes and lays out pictures. */
  private final class ImageReader implements Reader {
    private final InputSpec.Image spec;
    private final double[][] table; // [channels, 256]: the value of each grey level
    private final ElementWriter writer = ElementWriter.of(input.type());
    private final long[] dims;

    ImageReader(InputSpec.Image spec) {
      this.spec = spec;
      long[] inner =
          switch (spec.layout()) {
            case NCHW -> new long[] {spec.channels().count(), spec.height(), spec.width()};
            case NHWC -> new long[] {spec.height(), spec.width(), spec.channels().count()};
          };
      this.dims = input.sampleDims("the description", inner);
      this.table = new double[spec.channels().count()][256];
      for (int channel = 0; channel < table.length; channel++) {
        Normalization.Line line = spec.normalization().line(channel);
        for (int level = 0; level < 256; level++) {
          table[channel][level] = line.apply(level);
        }
      }
    }

    @Override
    public SequencedMap<String, Tensor> read(int index, TensorBuffers into) {
      String name = names.get(index);
      Pixels stored = ImageDecoder.decode(name + " in " + files.place(), files.read(name));
      Pixels colours = spec.channels() == InputSpec.Channels.GRAY ? stored.gray() : stored.rgb();
      Pixels sized = PixelResize.to(spec.height(), spec.width(), colours);
      MemorySegment memory = into.of(input.name(), input.type().bytes(Tensor.elementCount(dims)));
      fill(sized, memory);
      return only(Tensor.of(input.type(), dims, memory));
    }

    private void fill(Pixels pixels, MemorySegment memory) {
      int channels = pixels.channels();
      int area = pixels.height() * pixels.width();
      boolean planar = spec.layout() == InputSpec.Layout.NCHW;
      for (int channel = 0; channel < channels; channel++) {
        int from = spec.channels() == InputSpec.Channels.BGR ? channels - 1 - channel : channel;
        double[] values = table[channel];
        for (int i = 0; i < area; i++) {
          int level = pixels.values()[i * channels + from] & 0xFF;
          int at = planar ? channel * area + i : i * channels + channel;
          writer.put(memory, at, values[level]);
        }
      }
    }
  }

  /** Decodes, resamples, cuts and normalizes recordings, and computes features when asked to. */
  private final class AudioReader implements Reader {
    private final InputSpec.Audio spec;
    private final @Nullable SoundFeatures features;
    private final ElementWriter writer = ElementWriter.of(input.type());

    AudioReader(InputSpec.Audio spec) {
      this.spec = spec;
      AudioFeatures plan = spec.features();
      this.features = plan == null ? null : new SoundFeatures(plan, spec.sampleRate());
    }

    @Override
    public SequencedMap<String, Tensor> read(int index, TensorBuffers into) {
      String name = names.get(index);
      float[] samples =
          Wave.decode(name + " in " + files.place(), files.read(name))
              .atRate(spec.sampleRate())
              .ofLength(spec.length())
              .samples();
      SoundFeatures computing = features;
      return only(computing == null ? sound(samples, into) : features(samples, computing, into));
    }

    private Tensor sound(float[] samples, TensorBuffers into) {
      MemorySegment memory = into.of(input.name(), input.type().bytes(samples.length));
      Normalization.Line line = spec.normalization().line(0);
      for (int i = 0; i < samples.length; i++) {
        writer.put(memory, i, line.apply(samples[i]));
      }
      return Tensor.of(input.type(), input.dimsFor(samples.length, 1, samples.length), memory);
    }

    /** Samples are scaled before the features; mean and deviation apply to the features. */
    private Tensor features(float[] samples, SoundFeatures computing, TensorBuffers into) {
      Normalization line = spec.normalization();
      float scale = line.scale().getFirst().floatValue();
      for (int i = 0; i < samples.length; i++) {
        samples[i] *= scale;
      }
      float[] values = computing.of(samples);
      int perFrame = computing.coefficients();
      Normalization.Line[] rest = new Normalization(List.of(1.0), line.mean(), line.std()).lines();
      MemorySegment memory = into.of(input.name(), input.type().bytes(values.length));
      for (int i = 0; i < values.length; i++) {
        writer.put(memory, i, rest[i % perFrame % rest.length].apply(values[i]));
      }
      long[] natural = {1, values.length / perFrame, perFrame};
      return Tensor.of(input.type(), input.dimsFor(values.length, natural), memory);
    }
  }
}

package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaLimits;
import dev.skerry.runtime.media.SoundWindow;
import dev.skerry.runtime.media.Wave;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;

/** The windows of recordings, one after another as a stream of the sound would give them. */
final class WindowRecords implements SampleRecords {
  private final MediaFiles files;
  private final GraphInput input;
  private final List<String> names;

  /** Position of the first window of each file, and of the end. */
  private final int[] starts;

  private WindowRecords(MediaFiles files, GraphInput input, List<String> names, int... starts) {
    this.files = files;
    this.input = input;
    this.names = names;
    this.starts = starts;
  }

  /** Takes over {@code files}, whose owner the records become. */
  static WindowRecords of(MediaFiles files, GraphInput input) {
    List<String> names =
        files.names().stream().filter(name -> MediaFiles.extension(name).equals("wav")).toList();
    int hop = SoundWindow.of(input).hop();
    int[] starts = new int[names.size() + 1];
    for (int i = 0; i < names.size(); i++) {
      int windows = Math.ceilDiv(samples(files, names.get(i), input).length, hop);
      starts[i + 1] = Math.addExact(starts[i], windows);
    }
    if (starts[names.size()] == 0) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s holds no sound for input \"%s\" (found: %s); check the path"
              .formatted(
                  files.place(), input.name(), names.isEmpty() ? "no WAV files" : files.census()));
    }
    return new WindowRecords(files, input, names, starts);
  }

  private static float[] samples(MediaFiles files, String name, GraphInput input) {
    Wave wave =
        Wave.decode(name + " in " + files.place(), files.read(name), MediaLimits.DATA.samples());
    return wave.atRate(SoundWindow.of(input).sampleRate()).samples();
  }

  private int file(int index) {
    int found = Arrays.binarySearch(starts, index);
    int file = found >= 0 ? found : -found - 2;
    while (starts[file + 1] == starts[file]) { // an empty one begins at the same position
      file++;
    }
    return file;
  }

  /** Position of the first window of the recording that the one at {@code index} is of. */
  int first(int index) {
    return starts[file(index)];
  }

  @Override
  public int size() {
    return starts[names.size()];
  }

  @Override
  public String name(int index) {
    return "%s[%d]".formatted(names.get(file(index)), index - first(index));
  }

  @Override
  public int label(int index) {
    return Sample.NO_LABEL;
  }

  @Override
  public Reader reader() {
    return new Reader() {
      private int file = -1;
      private float[] samples = {};

      @Override
      public SequencedMap<String, Tensor> read(int index, TensorBuffers into) {
        if (file != file(index)) {
          file = file(index);
          samples = samples(files, names.get(file), input);
        }
        SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put(input.name(), window(index - starts[file], into));
        return inputs;
      }

      /** Begins as many windows before as the one at {@code index} reaches back. */
      private Tensor window(int index, TensorBuffers into) {
        SoundWindow window = SoundWindow.of(input);
        int hop = window.hop();
        int reach = Math.ceilDiv(window.length(), hop);
        Tensor last = null;
        for (int i = Math.max(0, index - reach); i <= index; i++) {
          int begin = i * hop;
          float[] next = Arrays.copyOfRange(samples, begin, begin + hop);
          last =
              window.advance(
                  next,
                  Math.min(hop, samples.length - begin),
                  bytes -> into.of(input.name(), bytes));
        }
        return Objects.requireNonNull(last);
      }
    };
  }

  @Override
  public void close() {
    files.close();
  }
}

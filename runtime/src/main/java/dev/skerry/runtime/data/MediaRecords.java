package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.describe.InputSpec;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** Pictures or recordings of a folder or archive, for a graph with one such input. */
final class MediaRecords implements SampleRecords {
  private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "bmp", "gif");
  private static final Set<String> RECORDINGS = Set.of("wav");

  private final MediaFiles files;
  private final List<String> names;
  private final int[] labels;
  private final GraphInput input;
  private final MediaInput media;

  private MediaRecords(MediaFiles files, List<String> names, int[] labels, GraphInput input) {
    this.files = files;
    this.names = names;
    this.labels = labels;
    this.input = input;
    this.media = MediaInput.of(input, MediaLimits.DATA);
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

  /** The same files for another graph; does not own them. */
  MediaRecords as(GraphInput changed) {
    return new MediaRecords(files, names, labels, changed);
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
    return (index, into) -> {
      String name = names.get(index);
      SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
      inputs.put(
          input.name(),
          media
              .read(
                  name + " in " + files.place(),
                  files.read(name),
                  bytes -> into.of(input.name(), bytes))
              .tensor());
      return inputs;
    };
  }
}

package dev.skerry.runtime.data;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.TensorFile;
import dev.skerry.runtime.media.GraphInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * The folders {@code test_data_set_0}, {@code test_data_set_1}, … of an ONNX model zoo entry: each
 * is a sample, each {@code input_I.pb} the tensor of the graph's input at position I, taken as it
 * is.
 */
record TestSetRecords(List<Path> folders, List<GraphInput> inputs) implements SampleRecords {
  private static final String PREFIX = "test_data_set_";

  /** Whether {@code place} is such a folder or holds some. */
  static boolean isAt(Path place) {
    return isSet(place) || !sets(place).isEmpty();
  }

  static TestSetRecords of(Path place, List<GraphInput> inputs) {
    return new TestSetRecords(isSet(place) ? List.of(place) : sets(place), inputs);
  }

  private static boolean isSet(Path folder) {
    return Files.isRegularFile(folder.resolve("input_0.pb"));
  }

  private static List<Path> sets(Path place) {
    try (Stream<Path> folders = Files.list(place)) {
      return folders
          .filter(folder -> folder.getFileName().toString().startsWith(PREFIX))
          .filter(TestSetRecords::isSet)
          .sorted(Comparator.comparing(TestSetRecords::number).thenComparing(Path::toString))
          .toList();
    } catch (IOException failed) {
      throw new SkerryException(
          ErrorCode.BAD_DATA, "cannot list the folder " + place + ": " + failed, failed);
    }
  }

  private static int number(Path folder) {
    String rest = folder.getFileName().toString().substring(PREFIX.length());
    return rest.matches("\\d{1,9}") ? Integer.parseInt(rest) : Integer.MAX_VALUE;
  }

  @Override
  public int size() {
    return folders.size();
  }

  @Override
  public String name(int index) {
    return folders.get(index).getFileName().toString();
  }

  @Override
  public int label(int index) {
    return Sample.NO_LABEL;
  }

  @Override
  public Reader reader() {
    return (index, _) -> {
      SequencedMap<String, Tensor> sample = new LinkedHashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        sample.put(inputs.get(i).name(), read(folders.get(index), i));
      }
      return sample;
    };
  }

  private Tensor read(Path folder, int position) {
    Path file = folder.resolve("input_" + position + ".pb");
    GraphInput input = inputs.get(position);
    Tensor tensor = TensorFile.read(file);
    if (tensor.type() != input.type() || !input.allows(tensor.dims())) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s is %s, but the model's input \"%s\" takes %s%s"
              .formatted(file, tensor, input.name(), input.type(), input.shapeText()));
    }
    return tensor;
  }

  @Override
  public void close() {
    // Files are read whole.
  }
}

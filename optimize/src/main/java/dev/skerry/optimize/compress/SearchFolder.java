package dev.skerry.optimize.compress;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a search keeps what it found, so that it can go on after it was stopped: {@code
 * search.json}, and a folder for each trial with {@code trial.json}, its model and the checkpoint
 * of a training. Files are replaced whole; a model is there before the trial that names it.
 */
final class SearchFolder implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String STATE = "search.json";
  private static final String TRIAL = "trial.json";

  private final Path folder;
  private final List<ModelFile> open = new ArrayList<>();
  private final Map<Path, Model> models = new HashMap<>();

  private SearchFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * What all trials share.
   *
   * @param facts what the search is about; another search cannot go on from here
   * @param steps of an epoch; 0 when that is not decided
   * @param unit epochs of a first training
   * @param spent seconds
   * @param overhead seconds that a training takes beside its epochs
   * @param floor share below which nothing more could be cut
   * @param trains whether the model can be trained
   * @param leftOut steps that could not be taken, and why
   */
  record State(
      SequencedMap<String, String> facts,
      int steps,
      int unit,
      double spent,
      double overhead,
      double floor,
      boolean trains,
      List<String> leftOut) {
    State {
      leftOut = List.copyOf(leftOut);
    }

    static State begin(SequencedMap<String, String> facts) {
      return new State(facts, 0, 1, 0, 0, 0, true, List.of());
    }

    State withPace(int changedSteps, int changedUnit) {
      return new State(facts, changedSteps, changedUnit, spent, overhead, floor, trains, leftOut);
    }

    State withSpent(double changed) {
      return new State(facts, steps, unit, changed, overhead, floor, trains, leftOut);
    }

    State withOverhead(double changed) {
      return new State(facts, steps, unit, spent, changed, floor, trains, leftOut);
    }

    State withFloor(double changed) {
      return new State(facts, steps, unit, spent, overhead, changed, trains, leftOut);
    }

    /** This state with {@code reason} as what could not be done. */
    State without(boolean training, String reason) {
      List<String> more = new ArrayList<>(leftOut);
      more.add(reason);
      return new State(facts, steps, unit, spent, overhead, floor, trains && !training, more);
    }
  }

  /** Opens {@code folder}, which is made when it is missing. */
  static SearchFolder open(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw failed("cannot make the folder", folder, e);
    }
    return new SearchFolder(folder);
  }

  /**
   * Where the search about {@code facts} is.
   *
   * @throws SkerryException USAGE if the folder is of a search about something else
   */
  State state(SequencedMap<String, String> facts) {
    Path file = folder.resolve(STATE);
    if (!Files.exists(file)) {
      return State.begin(facts);
    }
    State earlier = read(file, State.class);
    List<String> differing = new ArrayList<>();
    facts.forEach((key, value) -> {
      String was = earlier.facts().getOrDefault(key, "");
      if (!was.equals(value)) {
        differing.add("%s was %s and is %s".formatted(key, was, value));
      }
    });
    if (!differing.isEmpty()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "%s holds a search about something else: %s. Give another --out, or remove that folder to begin anew."
              .formatted(folder, String.join("; ", differing)));
    }
    return earlier;
  }

  void save(State state) {
    write(folder.resolve(STATE), state);
  }

  /** The trials, in the order in which they were begun. */
  List<Trial> trials() {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.resolve(TRIAL))
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> read(file, Trial.class))
          .toList();
    } catch (IOException e) {
      throw failed("cannot list", folder, e);
    }
  }

  /** Keeps {@code trial}, whose model is in place; models that it no longer names go. */
  void save(Trial trial) {
    write(folderOf(trial.id()).resolve(TRIAL), trial);
    for (int step = 0; step <= trial.steps().size(); step++) {
      if (step != trial.model()) {
        remove(modelFile(trial.id(), step));
      }
      if (step != trial.steps().size()) {
        remove(checkpoint(trial.id(), step));
      }
    }
  }

  /** Keeps {@code model} as what {@code trial} is after so many steps. */
  void save(String trial, int step, Model model) {
    folderOf(trial);
    ModelWriter.write(model, modelFile(trial, step));
  }

  /** The model of {@code trial} at its best; lives as long as this. */
  Model model(Trial trial) {
    return model(modelFile(trial.id(), trial.model()));
  }

  /** The model that answers for the original while others learn. */
  Path teacher() {
    return folder.resolve("teacher.onnx");
  }

  Model model(Path file) {
    return models.computeIfAbsent(
        file,
        _ -> {
          ModelFile read = ModelReader.read(file);
          open.add(read);
          return read.model();
        });
  }

  /** Where the training after so many steps of {@code trial} keeps where it is. */
  Path checkpoint(String trial, int step) {
    return folder.resolve(trial).resolve("checkpoint-%d.onnx".formatted(step));
  }

  private Path modelFile(String trial, int step) {
    return folder.resolve(trial).resolve("model-%d.onnx".formatted(step));
  }

  private Path folderOf(String trial) {
    try {
      return Files.createDirectories(folder.resolve(trial));
    } catch (IOException e) {
      throw failed("cannot make the folder", folder.resolve(trial), e);
    }
  }

  private static <T> T read(Path file, Class<T> type) {
    try {
      return JSON.readValue(Files.readString(file), type);
    } catch (IOException e) {
      throw failed("cannot read", file, e);
    } catch (JacksonException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "%s is not what a search wrote: %s; remove its folder to begin anew"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
  }

  private static void write(Path file, Object value) {
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.write(
          whole,
          JSON.writerWithDefaultPrettyPrinter()
              .writeValueAsString(value)
              .getBytes(StandardCharsets.UTF_8));
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("cannot write", file, e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("cannot remove", file, e);
    }
  }

  private static SkerryException failed(String what, Path file, IOException cause) {
    return new SkerryException(ErrorCode.BAD_FILE, "%s %s: %s".formatted(what, file, cause), cause);
  }

  @Override
  public void close() {
    models.clear();
    open.forEach(ModelFile::close);
  }
}

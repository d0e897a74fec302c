package dev.skerry.runtime.describe;

import dev.skerry.graph.Model;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * What a model is for ({@code model.toml}): what goes in, what comes out, on which data it is
 * judged and what it may lose.
 *
 * @param file the description itself, or the ONNX file when it was guessed
 * @param version for people; the release counter is another number
 * @param model the ONNX file, resolved against the folder of {@code file}
 * @param inputs one per graph input that a caller gives, by its name, in file order
 * @param outputs one per graph output that means something, by its name, in file order
 */
public record ModelDescription(
    Path file,
    String name,
    String version,
    Path model,
    SequencedMap<String, InputSpec> inputs,
    SequencedMap<String, OutputSpec> outputs,
    DataSpec data,
    Goal goal) {

  /** What {@code version} is when the file does not say. */
  public static final String NO_VERSION = "0.0.0";

  /** Key of a file's metadata under which the inputs stand that it prepares itself, one a line. */
  private static final String COMPILED = "skerry.compiled-inputs";

  public ModelDescription {
    inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
  }

  /**
   * A description that was inferred from a graph.
   *
   * @param guesses what was assumed without proof, one sentence each, for people to confirm
   */
  public record Guess(ModelDescription description, List<String> guesses) {
    public Guess {
      guesses = List.copyOf(guesses);
    }
  }

  /**
   * Reads {@code model.toml}.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION with every problem and its key
   */
  public static ModelDescription read(Path toml) {
    return DescriptionReader.read(toml);
  }

  /** What can be inferred when there is no {@code model.toml} beside {@code onnx}. */
  public static Guess guess(Path onnx, Model model) {
    return DescriptionGuess.of(onnx, model);
  }

  /**
   * Holds this description against the graph: names, ranks, sizes, label counts.
   *
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION with every contradiction
   */
  public void check(Model graph) {
    DescriptionCheck.require(this, graph);
  }

  /**
   * This description as it holds for {@code graph}: inputs that the file says to prepare itself are
   * {@link InputSpec#compiled}.
   */
  public ModelDescription asIn(Model graph) {
    SequencedMap<String, InputSpec> changed = new LinkedHashMap<>(inputs);
    for (String input : compiledInputs(graph)) {
      changed.computeIfPresent(input, (_, spec) -> spec.withCompiled(true));
    }
    return withInputs(changed);
  }

  /** The inputs that the metadata of {@code graph} says to be prepared by the graph itself. */
  public static List<String> compiledInputs(Model graph) {
    String names = graph.metadata().get(COMPILED);
    return names == null ? List.of() : names.lines().toList();
  }

  /** {@code metadata} of a graph that prepares {@code compiled} itself. */
  public static SequencedMap<String, String> markCompiled(
      SequencedMap<String, String> metadata, Collection<String> compiled) {
    SequencedMap<String, String> marked = new LinkedHashMap<>(metadata);
    marked.put(COMPILED, String.join("\n", compiled));
    return marked;
  }

  /** This description as the text of a {@code model.toml} in the folder of {@link #file}. */
  public String toToml() {
    return DescriptionWriter.write(this);
  }

  /**
   * This description with keys set anew.
   *
   * @param keys values by key, such as {@code goal.metric}; written as in TOML, where quotes around
   *     text may be left out
   * @throws dev.skerry.graph.SkerryException BAD_DESCRIPTION with every problem and its key
   */
  public ModelDescription withKeys(Map<String, String> keys) {
    return DescriptionKeys.set(this, keys);
  }

  public ModelDescription withModel(Path changed) {
    return new ModelDescription(file, name, version, changed, inputs, outputs, data, goal);
  }

  public ModelDescription withData(DataSpec changed) {
    return new ModelDescription(file, name, version, model, inputs, outputs, changed, goal);
  }

  public ModelDescription withGoal(Goal changed) {
    return new ModelDescription(file, name, version, model, inputs, outputs, data, changed);
  }

  public ModelDescription withInputs(SequencedMap<String, InputSpec> changed) {
    return new ModelDescription(file, name, version, model, changed, outputs, data, goal);
  }

  public ModelDescription withOutputs(SequencedMap<String, OutputSpec> changed) {
    return new ModelDescription(file, name, version, model, inputs, changed, data, goal);
  }
}

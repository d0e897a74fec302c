package dev.skerry.cli.sample;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a small real model with its data, for who has none at hand. */
@Command(
    name = "sample",
    description =
        "Make a small real model and its data, without any download: a bearing-fault detector.")
public final class SampleCommand implements Callable<Integer> {
  static final int TRAINING_PER_CLASS = 400;
  static final int VALIDATION_PER_CLASS = 200;
  private static final long SEED = 2026;

  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "Where to; made when missing.")
  private Path folder = Path.of("");

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Another number makes other recordings and another model (${DEFAULT-VALUE}).")
  private long seed = SEED;

  @Option(names = "--force", description = "Write even among files that are not a sample's.")
  private boolean force;

  public SampleCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** What was made, as {@code --json} prints it. */
  record Made(
      String model,
      String description,
      long seed,
      long modelBytes,
      long folderBytes,
      int trainingRecordings,
      int validationRecordings,
      List<String> classes,
      double validationTop1) {}

  @Override
  public Integer call() throws IOException {
    SampleFolder sample = new SampleFolder(folder);
    sample.requireFree(force);
    Made made = make(sample);
    terminal.out().print(json.getAsBoolean() ? Json.print(made) : text(sample, made));
    return 0;
  }

  private Made make(SampleFolder sample) throws IOException {
    try (Progress progress = terminal.progress()) {
      return make(sample, seed, progress::step);
    }
  }

  /**
   * Makes the usual sample in {@code folder}, which is new.
   *
   * @param steps is told what is being done
   * @return its {@code model.toml}
   */
  public static Path make(Path folder, Consumer<String> steps) throws IOException {
    SampleFolder sample = new SampleFolder(folder);
    make(sample, SEED, steps);
    return sample.description();
  }

  private static Made make(SampleFolder sample, long seed, Consumer<String> steps)
      throws IOException {
    SplittableRandom seeds = new SplittableRandom(seed);
    steps.accept("recording vibration");
    Recordings training =
        Recordings.generate(Conditions.TRAINING, TRAINING_PER_CLASS, seeds.nextLong());
    Recordings validation =
        Recordings.generate(Conditions.VALIDATION, VALIDATION_PER_CLASS, seeds.nextLong());
    steps.accept("fitting the model");
    Model model = BearingDetector.fit(training, seeds);
    double accuracy = BearingDetector.accuracy(model, validation);
    steps.accept("writing " + sample.root());
    sample.write(model, training, validation, seed);
    return new Made(
        sample.model().toString(),
        sample.description().toString(),
        seed,
        Files.size(sample.model()),
        sample.bytes(),
        training.size(),
        validation.size(),
        Fault.labels(),
        accuracy);
  }

  private String text(SampleFolder sample, Made made) {
    return String.format(
        Locale.ROOT,
        """
        %s: a bearing-fault detector and its data, %s
          model.onnx   %s, a convolutional network; classes %s
          model.toml   what it takes and gives, where its data is, what it must keep
          train/       %,d recordings of a third of a second
          validation/  %,d others, at other speeds, loads and noise: %s right

        Next: %s
        """,
        terminal.bold(sample.root().toString()),
        Figures.bytes(made.folderBytes()),
        Figures.bytes(made.modelBytes()),
        String.join(", ", made.classes()),
        made.trainingRecordings(),
        made.validationRecordings(),
        terminal.bold(String.format(Locale.ROOT, "%.1f %%", 100 * made.validationTop1())),
        terminal.bold("./skerry optimize " + sample.description()));
  }
}

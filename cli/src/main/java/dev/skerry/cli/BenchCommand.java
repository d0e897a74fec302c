package dev.skerry.cli;

import dev.skerry.cli.bench.BenchFacts;
import dev.skerry.cli.bench.ProcessMemory;
import dev.skerry.cli.bench.RandomInputs;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.optimize.OptimizationReport.Pipeline;
import dev.skerry.optimize.PipelineTiming;
import dev.skerry.runtime.Binding;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Latency;
import dev.skerry.runtime.Provider;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import dev.skerry.runtime.SingleStream;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures one model's latency as MLPerf LoadGen's SingleStream scenario does. */
@Command(
    name = "bench",
    description = {
      "Measure latency as MLPerf LoadGen's SingleStream does: one query after another, 90th"
          + " percentile. With --scenario, several models at once under load.",
      ""
    })
final class BenchCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description = "An ONNX file, or a model.toml.")
  private @Nullable Path given;

  private Path model = Path.of("");

  @Mixin private ScenarioOptions scenario = new ScenarioOptions();

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "Measure at least this long (${DEFAULT-VALUE}).")
  private double seconds = 10;

  @Option(
      names = "--runs",
      paramLabel = "COUNT",
      description = "Measure at least this many inferences (${DEFAULT-VALUE}).")
  private int runs = 100;

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = {
        "Measure on the first sample of this data, not on random inputs; and on some of its"
            + " samples preprocess, predict and postprocess apart."
      })
  private @Nullable Path data;

  @Option(
      names = "--description",
      paramLabel = "FILE",
      description = "The model.toml that says how data becomes inputs; guessed when not given.")
  private @Nullable Path description;

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description = "Size of an axis that varies; 1 when it is not given.")
  private Map<String, Long> dims = new LinkedHashMap<>();

  @Option(
      names = "--shape",
      paramLabel = "INPUT=SIZExSIZE",
      description = "Shape of an input, such as input=1x512, whatever the model declares.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Of the random inputs (${DEFAULT-VALUE}).")
  private long seed = 1;

  @Mixin private SessionOptions session = new SessionOptions();

  BenchCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (scenario.isGiven()) {
      return scenario.run(terminal, json.getAsBoolean());
    }
    if (given == null) {
      throw new SkerryException(ErrorCode.USAGE, "name a MODEL to measure, or a --scenario");
    }
    model = given;
    Limits.require("--seconds", seconds, 0);
    Limits.require("--runs", runs, 1);
    if (Descriptions.isDescription(model)) {
      description = description == null ? model : description;
      model = ModelDescription.read(model).model();
    }
    ModelReader.read(model).close(); // says more about a damaged file than the engine does
    BenchFacts facts;
    try (Progress progress = terminal.progress()) {
      progress.step("measuring for " + seconds + " s");
      facts = measure(session.config());
    }
    terminal.out().print(json.getAsBoolean() ? Json.print(facts) : facts.text(terminal));
    return 0;
  }

  private BenchFacts measure(SessionConfig config) {
    Engine.version(); // loads the engine, which is no part of loading the model
    Ticker clock = Ticker.system();
    OptionalLong before = ProcessMemory.residentBytes();
    long start = clock.nanos();
    try (Session opened = Session.open(model, config)) {
      long loaded = clock.nanos();
      SequencedMap<String, Tensor> inputs = inputs(opened);
      List<String> outputs = opened.outputs().stream().map(ValueInfo::name).toList();
      long ready = clock.nanos();
      runFirst(opened, inputs, outputs);
      long first = clock.nanos() - ready;
      try (Binding binding = opened.bind(inputs, outputs)) {
        Latency latency = stream().measure(binding::run);
        BenchFacts.Setting setting =
            new BenchFacts.Setting(
                model.toString(),
                data == null ? "random" : data.toString(),
                config.threads(),
                config.providers().stream().map(Provider::name).toList(),
                opened.warnings());
        Long grown = grownSince(before);
        return BenchFacts.of(setting, loaded - start, first, latency, grown, pipeline(opened));
      }
    }
  }

  /** The first run, which is where a size that was made up fails. */
  private void runFirst(Session opened, SequencedMap<String, Tensor> inputs, List<String> outputs) {
    try {
      opened.run(inputs, outputs);
    } catch (SkerryException failed) {
      if (data != null || !RandomInputs.leavesSizesOpen(opened.inputs())) {
        throw failed;
      }
      throw new SkerryException(
          failed.code(),
          failed.getMessage()
              + "\nThe model leaves sizes open, which were taken as 1. Give others with --dim"
              + " NAME=SIZE or --shape INPUT=SIZExSIZE, or real samples with --data.",
          failed);
    }
  }

  private SequencedMap<String, Tensor> inputs(Session opened) {
    Path given = data;
    if (given == null) {
      return RandomInputs.of(opened.inputs(), dims, shapes(), new SplittableRandom(seed));
    }
    try (ModelFile file = ModelReader.read(model);
        SampleSource source = SampleSource.open(described(), file.model(), given)) {
      return source.read(0).copy().inputs();
    }
  }

  /** The way from the files of the data to what they show; null without data. */
  private @Nullable Pipeline pipeline(Session opened) {
    Path given = data;
    if (given == null) {
      return null;
    }
    ModelDescription described = described();
    try (ModelFile file = ModelReader.read(model);
        SampleSource source = SampleSource.open(described, file.model(), given)) {
      return new PipelineTiming(Ticker.system()).measure(described, opened, source);
    }
  }

  private ModelDescription described() {
    return Descriptions.of(description == null ? model : description).description();
  }

  private Map<String, long[]> shapes() {
    Map<String, long[]> parsed = new LinkedHashMap<>();
    shapes.forEach((input, text) -> parsed.put(input, shape(text)));
    return parsed;
  }

  private static long[] shape(String text) {
    try {
      return Arrays.stream(text.split("x", -1)).mapToLong(Long::parseUnsignedLong).toArray();
    } catch (NumberFormatException notNumbers) {
      throw new SkerryException(
          ErrorCode.USAGE, "--shape takes sizes such as 1x3x224x224, not " + text, notNumbers);
    }
  }

  private SingleStream stream() {
    SingleStream standard = SingleStream.standard();
    return new SingleStream(
        Duration.ofMillis((long) (seconds * 1e3)), runs, standard.percentile(), standard.warmUp());
  }

  private static @Nullable Long grownSince(OptionalLong before) {
    OptionalLong now = ProcessMemory.residentBytes();
    return before.isPresent() && now.isPresent() ? now.getAsLong() - before.getAsLong() : null;
  }
}

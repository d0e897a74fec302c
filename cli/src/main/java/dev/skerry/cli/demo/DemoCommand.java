package dev.skerry.cli.demo;

import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.cli.sample.SampleCommand;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows all of Skerry on this machine. */
@Command(
    name = "demo",
    description = {
      "Show it all on this machine: a fleet of twelve devices, three versions of a model, gates.",
      "",
      "Version 1 is optimized, released and rolled out. Version 2 is better and passes its gates"
          + " wave by wave. Version 3 is subtly wrong: its first device finds out in the shadow,"
          + " and nobody gets a wrong answer. Everything is real and measured; it lies in a folder"
          + " that is removed at the end.",
      ""
    })
public final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The model.toml of your own model, in place of the sample's.")
  private @Nullable Path model;

  @Option(names = "--once", description = "End when the story is told; the dashboard ends, too.")
  private boolean once;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Of the dashboard on 127.0.0.1; any that is free when not given.")
  private int port;

  public DemoCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    DemoStory story = new DemoStory(terminal, Ticker.system(), json.getAsBoolean());
    try (Stage stage = new Stage(Files.createTempDirectory("skerry-demo"))) {
      Runtime.getRuntime().addShutdownHook(new Thread(stage::close, "stop"));
      Demo.Outcome outcome;
      try (Progress progress = terminal.progress()) {
        Demo demo = demo(stage.folder, story, progress);
        stage.demo = demo;
        outcome = demo.play();
      }
      print(story, outcome);
      if (!once) {
        stay(stage, story);
      }
      return outcome.asOnPlan() ? 0 : ErrorCode.BUDGET.exitCode();
    }
  }

  /** What is ended and removed once, when the story is told or the process is told to end. */
  private static final class Stage implements AutoCloseable {
    final Path folder;
    volatile @Nullable Demo demo;
    private boolean closed;

    Stage(Path folder) {
      this.folder = folder;
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        Demo playing = demo;
        if (playing != null) {
          playing.close();
        }
        delete(folder);
      }
    }
  }

  private Demo demo(Path folder, DemoStory story, Progress progress) throws IOException {
    Path described =
        model == null ? SampleCommand.make(folder.resolve("sample"), progress::step) : model;
    ModelDescription description = ModelDescription.read(described);
    story.tell(
        "model",
        "%s, from %s".formatted(description.name(), model == null ? "skerry sample" : model));
    return new Demo(description, folder, story, progress::step, port);
  }

  private void print(DemoStory story, Demo.Outcome outcome) {
    if (json.getAsBoolean()) {
      terminal.out().print(new String(JsonWriter.pretty(outcome.toJson()), StandardCharsets.UTF_8));
      return;
    }
    story.tell(
        "end",
        String.format(
            Locale.ROOT,
            "%d of %d devices run version 2; %,d requests: %d failed, %d answered wrongly",
            outcome.onVersion2(),
            outcome.devices(),
            outcome.requests(),
            outcome.failed(),
            outcome.wrong()));
    if (!outcome.asOnPlan()) {
      story.tell("end", "this is not how it should have ended; the lines above say where it went");
    }
  }

  /** Until the process is told to end. */
  private static void stay(Stage stage, DemoStory story) throws InterruptedException {
    Demo demo = stage.demo;
    if (demo != null) {
      story.tell("dashboard", demo.fleet().url() + "/");
      story.tell("token", demo.fleet().adminToken());
      story.tell("", "press Ctrl-C to end");
      demo.fleet().await();
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the demo's folder could not be removed", e);
    }
  }
}

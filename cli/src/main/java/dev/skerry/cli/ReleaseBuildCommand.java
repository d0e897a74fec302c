package dev.skerry.cli;

import dev.skerry.bundle.archive.ArchiveWriter;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.Variant;
import dev.skerry.cli.release.BuildRequest;
import dev.skerry.cli.release.Candidates;
import dev.skerry.cli.release.ReleaseBuilder;
import dev.skerry.cli.release.ReleaseText;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.ModelDescription;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a release. */
@Command(
    name = "build",
    description = {
      "Make a release: variants in ladders, golden vectors, budgets, and where it all comes from.",
      "",
      "Takes what 'skerry optimize' wrote (--optimized), or files of your own (--variant). The same"
          + " files and data make the same bytes.",
      ""
    })
final class ReleaseBuildCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "MODEL", description = "A model.toml, or an ONNX file.")
  private Path model = Path.of("");

  @Option(
      names = "--optimized",
      paramLabel = "FOLDER",
      description = "What 'skerry optimize' wrote: report.json and the variants.")
  private @Nullable Path optimized;

  @Option(
      names = "--variant",
      paramLabel = "TARGET=FILE",
      description = "An ONNX file of your own for a target; may be repeated.")
  private List<String> variants = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "FILE",
      description = "The .toml file of a target that is not built in; may be repeated.")
  private List<String> targets = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the release goes (NAME-VERSION.release).")
  private @Nullable Path out;

  @Option(
      names = "--validation",
      paramLabel = "PATH",
      description = "Samples that golden vectors are chosen from, in place of model.toml's.")
  private @Nullable Path validation;

  @Option(
      names = "--golden-from",
      paramLabel = "RELEASE",
      description =
          "Take the golden inputs of an earlier release, so that devices need not load others.")
  private @Nullable Path goldenFrom;

  @Option(
      names = "--measure",
      description = "Measure accuracy of your own files, and latency for targets of this machine.")
  private boolean measure;

  @Option(
      names = "--no-pack",
      description =
          "Leave packed forms of the variants out, for devices that read no manifests of format 2.")
  private boolean noPack;

  @Option(
      names = "--max-latency-micros",
      paramLabel = "MICROS",
      description = "A device refuses the release when its median latency is above this.")
  private @Nullable Double maxLatencyMicros;

  @Option(
      names = "--max-memory",
      paramLabel = "BYTES",
      description = "A device refuses the release when loading and running it take more than this.")
  private @Nullable Long maxMemory;

  ReleaseBuildCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws IOException {
    if ((optimized == null) == variants.isEmpty()) {
      throw new SkerryException(
          ErrorCode.USAGE, "a release is built of --optimized FOLDER or of --variant TARGET=FILE");
    }
    ModelDescription description = described();
    Path file = file(description);
    List<String> notes = new ArrayList<>();
    ReleaseBuilder.Built built;
    try (Progress progress = terminal.progress()) {
      Candidates candidates = new Candidates(description, targets, notes::add);
      built =
          ReleaseBuilder.build(
              new BuildRequest(
                  description,
                  optimized == null ? candidates.given(variants) : candidates.optimized(optimized),
                  measure,
                  !noPack,
                  budget(),
                  Optional.ofNullable(goldenFrom),
                  tool(),
                  command(),
                  progress::step,
                  notes::add));
      progress.step("writing " + file);
      write(built, file);
    }
    terminal
        .out()
        .print(json.getAsBoolean() ? facts(built, file, notes) : text(built, file, notes));
    return 0;
  }

  private ModelDescription described() {
    ModelDescription given = Descriptions.of(model).description();
    return validation == null
        ? given
        : given.withData(
            given.data().withValidation(validation.toAbsolutePath().normalize()).withLabels(null));
  }

  private Path file(ModelDescription description) {
    return out != null
        ? out
        : Path.of("%s-%s.release".formatted(description.name(), description.version()));
  }

  private String tool() {
    String builder = "skerry " + Skerry.VERSION;
    return optimized == null ? builder : builder + "; " + Candidates.settings(optimized);
  }

  private Variant.Budget budget() {
    if (maxLatencyMicros != null) {
      Limits.require("--max-latency-micros", maxLatencyMicros, 1);
    }
    if (maxMemory != null) {
      Limits.require("--max-memory", maxMemory, 1);
    }
    return new Variant.Budget(
        Optional.ofNullable(maxLatencyMicros), Optional.ofNullable(maxMemory));
  }

  /** The command without where its result goes, which changes nothing of it. */
  private List<String> command() {
    List<String> words = new ArrayList<>(List.of("skerry", "release", "build", model.toString()));
    add(words, "--optimized", optimized);
    variants.forEach(variant -> add(words, "--variant", variant));
    targets.forEach(target -> add(words, "--target", target));
    add(words, "--validation", validation);
    add(words, "--golden-from", goldenFrom);
    if (measure) {
      words.add("--measure");
    }
    if (noPack) {
      words.add("--no-pack");
    }
    add(words, "--max-latency-micros", maxLatencyMicros);
    add(words, "--max-memory", maxMemory);
    return words;
  }

  private static void add(List<String> words, String option, @Nullable Object value) {
    if (value != null) {
      words.addAll(List.of(option, value.toString()));
    }
  }

  private static void write(ReleaseBuilder.Built built, Path file) throws IOException {
    Path unfinished = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(unfinished))) {
        ArchiveWriter.write(built.release(), built.blobs(), to);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private String text(ReleaseBuilder.Built built, Path file, List<String> notes)
      throws IOException {
    StringBuilder text = new StringBuilder(ReleaseText.of(terminal, built.release()));
    notes.forEach(note ->
        text.append("  ").append(terminal.yellow("!")).append(" ").append(note).append('\n'));
    return text.append(
            "\n  %s %s, %s; golden samples from %s\n"
                .formatted(
                    terminal.green("✓"), file, Figures.bytes(Files.size(file)), built.golden()))
        .toString();
  }

  private static String facts(ReleaseBuilder.Built built, Path file, List<String> notes)
      throws IOException {
    Json facts =
        Json.object()
            .put("file", file.toString())
            .put("bytes", Files.size(file))
            .put("golden", built.golden())
            .put("notes", Json.texts(notes))
            .put(
                "variants",
                built.release().variants().stream()
                    .map(variant ->
                        Json.object()
                            .put("name", variant.name())
                            .put("bytes", variant.file().bytes())
                            .put("airBytes", variant.airBytes())
                            .put("sha256", variant.file().digest().hex())
                            .build())
                    .toList())
            .build();
    return new String(JsonWriter.pretty(facts), StandardCharsets.UTF_8);
  }
}

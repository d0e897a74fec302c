package dev.skerry.cli.release;

import dev.skerry.bundle.release.Variant;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The variants that {@code skerry optimize} wrote, with what its {@code report.json} says. */
final class ReportedVariants {
  private static final int FORMAT = 1;

  private final Path folder;
  private final JsonNode report;
  private final Targets targets;
  private final Consumer<String> notes;

  private ReportedVariants(Path folder, JsonNode report, Targets targets, Consumer<String> notes) {
    this.folder = folder;
    this.report = report;
    this.targets = targets;
    this.notes = notes;
  }

  /**
   * The variants in {@code folder}, in the report's order; refused ones are told to {@code notes}.
   *
   * @param model the description's name of the model
   * @throws SkerryException BAD_FILE if the report does not fit what is there
   */
  static List<Candidate> read(Path folder, String model, Targets targets, Consumer<String> notes) {
    JsonNode report = report(folder.resolve("report.json"));
    String reported = report.path("model").path("name").asString("");
    if (!reported.equals(model)) {
      throw bad("%s is about the model '%s', not '%s'", folder, reported, model);
    }
    ReportedVariants variants = new ReportedVariants(folder, report, targets, notes);
    List<Candidate> found = new ArrayList<>();
    report.path("variants").forEach(variant -> variants.read(variant).ifPresent(found::add));
    if (found.isEmpty()) {
      throw bad("%s holds no variant that was written", folder);
    }
    return found;
  }

  /** Who optimized and with which settings, in words. */
  static String settings(Path folder) {
    JsonNode report = report(folder.resolve("report.json"));
    JsonNode data = report.path("data");
    return "optimized by skerry %s on %d calibration samples, judged on %d, at most %s points of %s lost"
        .formatted(
            report.path("machine").path("skerry").asString("of unknown version"),
            data.path("calibrationSamples").asInt(0),
            data.path("validationSamples").asInt(0),
            report.path("goal").path("maxDropPp").asString("?"),
            report.path("goal").path("metric").asString("?"));
  }

  private static JsonNode report(Path file) {
    if (!Files.isRegularFile(file)) {
      throw bad("there is no %s; run 'skerry optimize' first, without --no-report", file);
    }
    JsonNode report;
    try {
      report = JsonMapper.shared().readTree(file);
    } catch (JacksonException e) {
      throw new SkerryException(
          ErrorCode.BAD_FILE, "%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
    if (report.path("format").asInt(0) != FORMAT) {
      throw bad("%s is no report of format %d; run 'skerry optimize' again", file, FORMAT);
    }
    return report;
  }

  private Optional<Candidate> read(JsonNode variant) {
    String target = variant.path("target").asString("");
    if (!variant.path("outcome").asString("").equals("written")) {
      notes.accept(
          "%s is left out: %s".formatted(target, variant.path("reason").asString("refused")));
      return Optional.empty();
    }
    String name = variant.path("file").asString("");
    Path file = folder.resolve(name);
    boolean plain = name.equals(String.valueOf(Path.of(name).getFileName()));
    if (!plain || !Files.isRegularFile(file)) {
      throw bad("the report names the variant '%s', which is not in %s", name, folder);
    }
    if (!DataDigest.ofFile(file).hex().equals(variant.path("sha256").asString(""))) {
      throw bad("%s is not the file that the report is about; run 'skerry optimize' again", file);
    }
    return Optional.of(
        new Candidate(
            targets.named(target),
            file,
            variant.path("technique").asString(""),
            quality(variant),
            measured(variant)));
  }

  private Variant.Quality quality(JsonNode variant) {
    return new Variant.Quality(
        report.path("goal").path("metric").asString("agreement"),
        number(variant.path("measured").path("value")),
        number(variant.path("agreement")));
  }

  private Variant.Measured measured(JsonNode variant) {
    JsonNode measured = variant.path("measured");
    JsonNode machine = report.path("machine");
    boolean here = variant.path("measuredHere").asBoolean(false);
    JsonNode latency = measured.path("latency");
    return new Variant.Measured(
        here ? number(latency.path("p50Micros")) : Optional.empty(),
        here ? number(latency.path("p99Micros")) : Optional.empty(),
        number(measured.path("peakMemoryBytes")).map(Double::longValue).filter(bytes -> bytes > 0),
        "%s, %d cores, %d threads, %s"
            .formatted(
                machine.path("cpu").asString("unknown"),
                machine.path("cores").asInt(0),
                machine.path("threads").asInt(1),
                machine.path("engine").asString("unknown")));
  }

  private static Optional<Double> number(JsonNode node) {
    return node.isNumber() ? Optional.of(node.asDouble()) : Optional.empty();
  }

  private static SkerryException bad(String message, Object... values) {
    return new SkerryException(ErrorCode.BAD_FILE, message.formatted(values));
  }
}

package dev.skerry.cli.release;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.validate.GoldenCheck;
import dev.skerry.agent.validate.Verdict;
import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.bundle.blob.Assembler;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.release.Budgets;
import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import dev.skerry.optimize.target.Machine;
import dev.skerry.runtime.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Proves that a release is whole and answers as was recorded, as far as this machine can tell. */
public final class ReleaseVerifier {
  private final ReleaseArchive archive;
  private final Consumer<String> steps;

  private ReleaseVerifier(ReleaseArchive archive, Consumer<String> steps) {
    this.archive = archive;
    this.steps = steps;
  }

  /** What became of a variant. */
  public enum Outcome {
    /** It was run, and its answers are those that were recorded. */
    PASSED,
    /** It was run, and its answers are others. */
    FAILED,
    /** Its bytes are right, and this machine is not of its class. */
    NOT_RUN
  }

  /**
   * One variant.
   *
   * @param reason why it failed or was not run; empty when it passed
   */
  public record Checked(String variant, Outcome outcome, String reason) {}

  /**
   * Reads every blob, puts every variant together, and runs those that are for this machine.
   *
   * @throws dev.skerry.bundle.TrustException if bytes are damaged
   */
  public static List<Checked> verify(ReleaseArchive archive, Consumer<String> steps) {
    return new ReleaseVerifier(archive, steps).verify();
  }

  private List<Checked> verify() {
    steps.accept("reading all blobs");
    archive.verifyBlobs();
    List<Checked> checked = new ArrayList<>();
    for (Ladder ladder : archive.release().ladders()) {
      Choice choice = Choice.of(List.of(ladder), here(archive.release()), Budgets.NONE);
      for (Variant variant : ladder.variants()) {
        steps.accept("checking " + variant.name());
        Assembler.verify(variant.file(), archive, _ -> {});
        checked.add(
            choice.taken().isPresent()
                ? run(variant)
                : new Checked(variant.name(), Outcome.NOT_RUN, choice.explanation().get(1)));
      }
    }
    return checked;
  }

  private Checked run(Variant variant) {
    Path file = temporary();
    try {
      Assembler.assemble(new SystemDisk(), variant.file(), archive, file);
      try (LoadedModel model = OrtEngine.standard().load(file)) {
        Verdict verdict =
            GoldenCheck.check(
                model,
                archive.release().golden(),
                variant.goldenOutputs(),
                blob -> archive.open(blob, 0));
        return switch (verdict) {
          case Verdict.Accepted _ -> new Checked(variant.name(), Outcome.PASSED, "");
          case Verdict.Rejected rejected ->
              new Checked(variant.name(), Outcome.FAILED, rejected.reason());
        };
      }
    } finally {
      delete(file);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempFile("skerry-", ".onnx");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This machine, with whatever memory and operators the release asks for: running shows those. */
  private static DeviceFacts here(Release release) {
    Machine machine = Machine.here();
    TreeMap<String, Long> opsets = new TreeMap<>();
    release
        .variants()
        .forEach(variant ->
            variant
                .opsets()
                .forEach((domain, version) -> opsets.merge(domain, version, Math::max)));
    return new DeviceFacts(
        machine.architecture(),
        machine.features(),
        Engine.providers(),
        Long.MAX_VALUE,
        machine.cores(),
        "onnxruntime " + Engine.version(),
        opsets);
  }
}

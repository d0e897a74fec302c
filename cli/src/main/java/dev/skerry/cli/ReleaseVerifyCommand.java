package dev.skerry.cli;

import dev.skerry.bundle.archive.ReleaseArchive;
import dev.skerry.cli.release.ReleaseVerifier;
import dev.skerry.cli.release.ReleaseVerifier.Checked;
import dev.skerry.cli.release.ReleaseVerifier.Outcome;
import dev.skerry.cli.terminal.Json;
import dev.skerry.cli.terminal.Progress;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.graph.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Proves a release. */
@Command(
    name = "verify",
    description = {
      "Prove that a release is whole, and that its variants answer as was recorded.",
      "",
      "Reads every byte, puts every variant together, and runs those that are for machines like"
          + " this one. Ends with 5 when anything differs.",
      ""
    })
final class ReleaseVerifyCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(index = "0", paramLabel = "RELEASE", description = "A .release file.")
  private Path file = Path.of("");

  ReleaseVerifyCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() {
    List<Checked> checked;
    try (ReleaseArchive archive = ReleaseArchive.open(file);
        Progress progress = terminal.progress()) {
      checked = ReleaseVerifier.verify(archive, progress::step);
    }
    terminal.out().print(json.getAsBoolean() ? Json.print(checked) : text(checked));
    boolean failed = checked.stream().anyMatch(one -> one.outcome() == Outcome.FAILED);
    return failed ? ErrorCode.TRUST.exitCode() : 0;
  }

  private String text(List<Checked> checked) {
    StringBuilder text = new StringBuilder("%s: every byte is right\n".formatted(file));
    for (Checked one : checked) {
      text.append(
          switch (one.outcome()) {
            case PASSED ->
                "  %s %s answers as was recorded\n".formatted(terminal.green("✓"), one.variant());
            case FAILED ->
                "  %s %s: %s\n".formatted(terminal.red("✗"), one.variant(), one.reason());
            case NOT_RUN ->
                "  %s %s was not run here: %s\n"
                    .formatted(terminal.dim("-"), one.variant(), one.reason());
          });
    }
    return text.toString();
  }
}

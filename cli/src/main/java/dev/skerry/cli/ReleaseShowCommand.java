package dev.skerry.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skerry.bundle.release.ManifestCodec;
import dev.skerry.cli.release.ReleaseText;
import dev.skerry.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what is in a release. */
@Command(name = "show", description = "Say what is in a release. With --json, print its manifest.")
final class ReleaseShowCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier json;

  @Parameters(
      index = "0",
      paramLabel = "RELEASE",
      description = "A .release file, or a manifest of a repository.")
  private Path file = Path.of("");

  ReleaseShowCommand(Terminal terminal, BooleanSupplier json) {
    this.terminal = terminal;
    this.json = json;
  }

  @Override
  public Integer call() throws IOException {
    byte[] manifest = ReleaseFiles.manifest(file);
    String text = ReleaseText.of(terminal, ManifestCodec.read(manifest));
    terminal.out().print(json.getAsBoolean() ? new String(manifest, UTF_8) : text);
    return 0;
  }
}

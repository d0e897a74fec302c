package dev.skerry.cli;

import dev.skerry.cli.terminal.Terminal;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Runs the quick commands once on a tiny model, with nothing printed: the launcher keeps the
 * classes and profiles of this run so that later starts are fast.
 */
@Command(name = "warm-up", hidden = true, description = "Run the quick commands once, silently.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() throws Exception {
    Path folder = Files.createTempDirectory("skerry-warm-up");
    Path model = folder.resolve("tiny.onnx");
    try {
      TinyModel.write(model);
      Terminal coloured =
          Terminal.watched(OutputStream.nullOutputStream(), OutputStream.nullOutputStream(), 100);
      for (String arguments : List.of("inspect", "inspect --json", "inspect --text", "doctor")) {
        String[] words = (arguments + " " + model).split(" ", -1);
        Skerry.run(coloured, words);
      }
      Skerry.run(coloured, "--help");
      Skerry.run(coloured, "inspect", "--help");
      return 0;
    } finally {
      Files.deleteIfExists(model);
      Files.delete(folder);
    }
  }
}

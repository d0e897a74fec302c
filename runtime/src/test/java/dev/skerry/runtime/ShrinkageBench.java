package dev.skerry.runtime;

import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.data.SampleSource;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * What giving memory back after each run costs and brings: {@code ShrinkageBench KEEP|SHRINK
 * MODEL.toml...}. One process per setting, because a process that has grown does not shrink wholly.
 */
final class ShrinkageBench {
  private static final int RUNS = 200;

  private ShrinkageBench() {}

  public static void main(String... args) {
    boolean shrinks = args[0].equals("SHRINK");
    SessionConfig config = SessionConfig.standard().withArenaShrinkage(shrinks);
    Ticker ticker = Ticker.system();
    for (String name : Arrays.asList(args).subList(1, args.length)) {
      ModelDescription description = ModelDescription.read(Path.of(name));
      try (ModelFile file = ModelReader.read(description.model())) {
        Map<String, Tensor> inputs =
            SampleSource.random(description, file.model(), 1, 1, 1).read(0).inputs();
        long before = ProcessMemory.residentBytes().orElse(0);
        Session session =
            Session.open(description.model(), config); // stays, so that figures add up
        long[] nanos = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
          long start = ticker.nanos();
          session.run(inputs);
          nanos[i] = ticker.nanos() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
            "%-6s %-40s p50 %7.0f us, resident +%5.1f MB%n",
            args[0],
            name,
            nanos[RUNS / 2] / 1e3,
            (ProcessMemory.residentBytes().orElse(0) - before) / 1e6);
      }
    }
  }
}

package dev.skerry.agent.serve;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Dimension;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Type;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Ticker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What a call of a served model in the same process costs beside a C program that calls the engine
 * ({@code bench/inprocess.c}): the two in turns, one thread each, medians of a round.
 */
final class InProcessBench {
  private static final int ROUNDS = 40;
  private static final int WARM_UP = 20_000;
  private static final long ROUND_NANOS = 200_000_000;

  private InProcessBench() {}

  /** Takes the C program, the engine's library and models of one float input and output. */
  public static void main(String[] arguments) throws IOException {
    for (String model : Arrays.asList(arguments).subList(2, arguments.length)) {
      measure(arguments[0], arguments[1], Path.of(model));
    }
  }

  private static void measure(String program, String library, Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        LoadedModel model = OrtEngine.standard().load(file)) {
      ValueInfo input = model.inputs().getFirst();
      long[] dims = dims(input);
      MemorySegment data = arena.allocate(4 * Tensor.elementCount(dims), 64);
      for (long i = 0; i < data.byteSize() / 4; i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i % 17) / 17f);
      }
      Map<String, Tensor> given = Map.of(input.name(), Tensor.of(DataType.FLOAT, dims, data));
      LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
      live.activate(SmallModels.running("m", 1, model));
      SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
      traffic.put("m", live);
      try (BoundModel bound = new Models(traffic, ServeLimits.standard()).bind("m", given)) {
        String output = model.outputs().getFirst().name();
        Process peer =
            new ProcessBuilder(
                    program,
                    library,
                    file.toString(),
                    input.name(),
                    text(dims),
                    output,
                    text(bound.tensor(output).dims()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        compare(file, bound, peer);
      }
    }
  }

  private static long[] dims(ValueInfo input) {
    Type.Tensor type = (Type.Tensor) Objects.requireNonNull(input.type());
    return Objects.requireNonNull(type.shape()).stream()
        .mapToLong(axis -> axis instanceof Dimension.Fixed(long size) ? size : 1)
        .toArray();
  }

  private static String text(long... dims) {
    return LongStream.of(dims).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  private static void compare(Path file, BoundModel bound, Process peer) throws IOException {
    try (BufferedReader answers = peer.inputReader();
        PrintStream orders = new PrintStream(peer.getOutputStream(), true)) {
      long[] times = new long[WARM_UP];
      long estimate = median(bound, times);
      int runs = (int) Math.clamp(ROUND_NANOS / estimate, 10, WARM_UP);
      long[] own = new long[ROUNDS];
      long[] other = new long[ROUNDS];
      double[] ratios = new double[ROUNDS];
      long[] round = new long[runs];
      ask(orders, answers, WARM_UP);
      long allocated = 0;
      long reading = reading();
      for (int i = 0; i < ROUNDS; i++) {
        boolean first = i % 2 == 0;
        other[i] = first ? ask(orders, answers, runs) : 0;
        long before = allocated();
        runs(bound, round);
        allocated += allocated() - before - reading;
        Arrays.sort(round);
        own[i] = round[runs / 2];
        other[i] = first ? other[i] : ask(orders, answers, runs);
        ratios[i] = (double) own[i] / other[i];
      }
      Arrays.sort(own);
      Arrays.sort(other);
      Arrays.sort(ratios);
      System.out.printf(
          "%s: %,.2f us, C %,.2f us, ratio %.4f (quartiles %.4f to %.4f), %.3f bytes a call; %d"
              + " rounds of %d%n",
          file.toAbsolutePath().getName(file.toAbsolutePath().getNameCount() - 2),
          own[ROUNDS / 2] / 1e3,
          other[ROUNDS / 2] / 1e3,
          ratios[ROUNDS / 2],
          ratios[ROUNDS / 4],
          ratios[ROUNDS * 3 / 4],
          (double) allocated / ROUNDS / runs,
          ROUNDS,
          runs);
    }
  }

  private static long ask(PrintStream orders, BufferedReader answers, int runs) throws IOException {
    orders.println(runs);
    return Long.parseLong(Objects.requireNonNull(answers.readLine(), "the C program ended"));
  }

  private static long median(BoundModel bound, long[] times) {
    runs(bound, times);
    Arrays.sort(times);
    return times[times.length / 2];
  }

  private static void runs(BoundModel bound, long[] times) {
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      bound.run();
      times[i] = System.nanoTime() - start;
    }
  }

  /** What asking for the allocated bytes allocates itself. */
  private static long reading() {
    allocated();
    long before = allocated();
    return allocated() - before;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }
}

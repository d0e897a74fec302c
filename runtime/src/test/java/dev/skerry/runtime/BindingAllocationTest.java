package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a run leaves to the garbage collector: nothing. */
class BindingAllocationTest {
  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 30_000;
  private static final int RUNS = 2_000;

  @Test
  void run_allocatesNothing() {
    try (Session session =
            Session.open(SmallModels.identity(DataType.FLOAT), SessionConfig.standard());
        Binding binding =
            session.bind(Map.of("x", Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3)), List.of("y"))) {
      RunStop stop = new RunStop();
      runs(binding, stop, WARM_UP);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      runs(binding, stop, RUNS);
      assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(RUNS);
    }
  }

  private static void runs(Binding binding, RunStop stop, int count) {
    for (int i = 0; i < count; i++) {
      binding.run(stop);
    }
  }
}

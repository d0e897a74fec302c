package dev.skerry.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.FakeModel;
import dev.skerry.agent.SmallModels;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.RunStop;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of 10 bytes each, with a budget for two. */
class MemoryBudgetTest {
  @TempDir Path folder;
  private final MemoryBudget budget = new MemoryBudget(20);
  private final List<String> loads = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger open = new AtomicInteger();
  private volatile Runnable during = () -> {};

  private ModelEngine engine(String name) {
    return new ModelEngine() {
      @Override
      public LoadedModel load(Path file) {
        loads.add(name);
        open.incrementAndGet();
        return new Counted(
            new FakeModel(x -> {
              during.run();
              return x;
            }));
      }

      @Override
      public String version() {
        return "fake";
      }
    };
  }

  private final class Counted implements LoadedModel {
    private final FakeModel model;

    Counted(FakeModel model) {
      this.model = model;
    }

    @Override
    public List<ValueInfo> inputs() {
      return model.inputs();
    }

    @Override
    public List<ValueInfo> outputs() {
      return model.outputs();
    }

    @Override
    public SequencedMap<String, Tensor> run(Map<String, Tensor> given) {
      return model.run(given);
    }

    @Override
    public void close() {
      model.close();
      open.decrementAndGet();
    }
  }

  private LoadedModel load(String name, int importance) throws IOException {
    return load(name, importance, budget);
  }

  private LoadedModel load(String name, int importance, MemoryBudget within) throws IOException {
    Path file = Files.write(folder.resolve(name), new byte[10]);
    return new BudgetedEngine(
            engine(name),
            within,
            name,
            importance,
            Optional.of(10L),
            OptionalLong::empty,
            Ticker.system())
        .load(file);
  }

  private static void run(LoadedModel model) {
    assertThat(model.run(FakeModel.input(1, 2, 3))).hasSize(1);
  }

  @Test
  void models_beyondTheBudget_takeTurns_andAreLoadedAgain() throws IOException {
    LoadedModel a = load("a", 1);
    LoadedModel b = load("b", 1);
    LoadedModel c = load("c", 1);
    assertThat(open).hasValue(2);
    for (LoadedModel model : List.of(a, b, c, a, b, c)) {
      run(model);
      assertThat(open).hasValueLessThanOrEqualTo(2);
      assertThat(budget.usedBytes()).isLessThanOrEqualTo(20);
    }
    assertThat(loads).hasSizeGreaterThan(3);
    assertThat(budget.moves().values().stream().mapToLong(MemoryBudget.Moves::loads).sum())
        .isEqualTo(loads.size());
    assertThat(budget.moves().values().stream().mapToLong(MemoryBudget.Moves::evictions).sum())
        .isEqualTo(loads.size() - 2);
    a.close();
    b.close();
    c.close();
    assertThat(open).hasValue(0);
    assertThat(budget.usedBytes()).isZero();
    assertThatThrownBy(() -> run(a)).hasMessageContaining("is closed");
  }

  @Test
  void runsOnFixedMemory_goOnAfterTheModelLeftAndCameBack() throws IOException {
    Path file = folder.resolve("scaled.onnx");
    ModelWriter.write(SmallModels.scaled(2), file);
    try (Arena arena = Arena.ofShared()) {
      MemoryBudget forOne = new MemoryBudget(10);
      int before = Engine.liveOwners();
      LoadedModel a = elastic("a", file, forOne);
      LoadedModel b = elastic("b", file, forOne);
      MemorySegment input = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3);
      Tensor x = row(input);
      Tensor y = row(arena.allocate(ValueLayout.JAVA_FLOAT, 3));
      FixedRun run = a.fix(only("x", x), only("y", y));
      for (int round = 1; round <= 3; round++) {
        input.setAtIndex(ValueLayout.JAVA_FLOAT, 0, round);
        run.run(new RunStop());
        assertThat(y.toFloats()).containsExactly(2 * round, 4, 6);
        b.run(only("x", x)); // takes the room
        assertThat(Engine.liveOwners()).isEqualTo(before + 1);
      }
      run.close();
      a.close();
      b.close();
      assertThat(Engine.liveOwners()).isEqualTo(before);
      assertThatThrownBy(() -> run.run(new RunStop())).hasMessageContaining("is closed");
    }
  }

  private static LoadedModel elastic(String name, Path file, MemoryBudget within) {
    return new BudgetedEngine(OrtEngine.standard(), within, name, 1, Optional.of(10L)).load(file);
  }

  private static Tensor row(MemorySegment memory) {
    return Tensor.of(DataType.FLOAT, new long[] {1, 3}, memory);
  }

  private static SequencedMap<String, Tensor> only(String name, Tensor tensor) {
    return new LinkedHashMap<>(Map.of(name, tensor));
  }

  @Test
  void theUsedOne_stays_andABetterClassDoesNotLeaveForAWorse() throws IOException {
    LoadedModel critical = load("critical", 0);
    LoadedModel other = load("other", 2);
    LoadedModel third = load("third", 2);
    run(third);
    run(other);
    run(third);
    loads.clear();
    run(critical);
    assertThat(loads).isEmpty();
    assertThat(open).hasValue(2);
  }

  @Test
  void noRoom_isRefused_withTheNamesOfThoseThatHaveIt() throws Exception {
    LoadedModel a = load("a", 1);
    LoadedModel b = load("b", 1);
    LoadedModel c = load("c", 1); // one of the others has left
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Nested nested = new Nested();
      during = nested::enter;
      Future<?> first = threads.submit(() -> run(a));
      Future<?> second = threads.submit(() -> run(b));
      nested.awaitTwo();
      during = () -> {};
      assertThatThrownBy(() -> run(c))
          .isInstanceOfSatisfying(
              SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
          .hasMessageContainingAll("no memory for model 'c'", "a (", "b (");
      nested.go();
      first.get();
      second.get();
    }
    run(c);
  }

  /** Two runs that last until they are let go. */
  private static final class Nested {
    private final CountDownLatch inside = new CountDownLatch(2);
    private final CountDownLatch gone = new CountDownLatch(1);

    void enter() {
      inside.countDown();
      await(gone);
    }

    void awaitTwo() {
      await(inside);
    }

    void go() {
      gone.countDown();
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void tooLargeForAll_saysSo_andAChangedFileIsNotLoadedAgain() throws IOException {
    MemoryBudget small = new MemoryBudget(5);
    Path file = Files.write(folder.resolve("big"), new byte[10]);
    assertThatThrownBy(
            () -> new BudgetedEngine(engine("big"), small, "big", 1, Optional.of(10L)).load(file))
        .hasMessageContaining("all models together may take");

    MemoryBudget one = new MemoryBudget(10);
    LoadedModel a = load("a", 1, one);
    load("b", 1, one); // has the room of a
    Files.write(folder.resolve("a"), new byte[11]);
    assertThatThrownBy(() -> run(a)).hasMessageContaining("was changed after it was verified");
  }

  @Test
  void manyThreads_neverUseAClosedModel_andStayWithinTheBudget() throws Exception {
    List<LoadedModel> models = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      models.add(load("m" + i, 1 + i % 2));
    }
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int seed = t;
        all.add(
            threads.submit(() -> {
              for (int i = 0; i < 2000; i++) {
                try {
                  run(models.get((seed * 7 + i * 3) % 5));
                } catch (SkerryException e) {
                  assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
                  refused.incrementAndGet();
                }
              }
            }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    assertThat(refused).hasValueLessThan(8000);
    assertThat(open).hasValueLessThanOrEqualTo(2);
    models.forEach(LoadedModel::close);
    assertThat(open).hasValue(0);
  }
}

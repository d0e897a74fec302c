package dev.skerry.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.simplify.ModelSketch;
import dev.skerry.runtime.Session;
import dev.skerry.runtime.SessionConfig;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What is left of a graph computes what the whole graph computes with zeros in those channels. */
class RemovalTest {
  private static final int NETWORKS = 60;

  @Test
  void of_randomNetworks_equalsTheGraphWithZeros() {
    int cut = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Model model = RandomNetworks.of(seed);
      Map<String, Tensor> inputs = inputs(seed, 3, 8, 8);
      Dependencies dependencies = Dependencies.of(model, inputs, List.of());
      assertThat(dependencies.groups()).as("seed %d", seed).isNotEmpty();
      Set<Integer> leaving = someOf(dependencies, new SplittableRandom(seed));
      Model pruned = model.withGraph(Removal.of(dependencies, model.graph(), leaving));
      Verifier.require(pruned);
      Model zeroed = model.withGraph(zeroed(dependencies, leaving));
      assertAlike(pruned, zeroed, inputs, "seed " + seed);
      assertThat(Pruner.parameters(pruned.graph()))
          .as("seed %d", seed)
          .isLessThan(Pruner.parameters(model.graph()));
      cut += leaving.size();
    }
    assertThat(cut).isGreaterThan(NETWORKS * 10);
  }

  static Map<String, Tensor> inputs(long seed, long... dims) {
    RandomGenerator random = new SplittableRandom(seed + 1000);
    float[] data = new float[2 * (int) Tensor.elementCount(dims)];
    for (int i = 0; i < data.length; i++) {
      data[i] = random.nextFloat() * 2 - 1;
    }
    long[] batch = new long[dims.length + 1];
    batch[0] = 2;
    System.arraycopy(dims, 0, batch, 1, dims.length);
    return Map.of("x", Tensor.ofFloats(batch, data));
  }

  private static Set<Integer> someOf(Dependencies dependencies, RandomGenerator random) {
    Set<Integer> some = new LinkedHashSet<>();
    for (ChannelGroup group : dependencies.groups()) {
      int stays = random.nextInt(group.size());
      for (int i = 0; i < group.size(); i++) {
        if (i != stays && random.nextBoolean()) {
          some.add(group.units().get(i).root());
        }
      }
    }
    return some;
  }

  private static Graph zeroed(Dependencies dependencies, Set<Integer> leaving) {
    LinkedHashMap<String, Tensor> constants =
        new LinkedHashMap<>(dependencies.graph().initializers());
    Slots slots = dependencies.slots();
    constants.replaceAll((name, tensor) -> {
      if (!tensor.type().isFloating()) {
        return tensor;
      }
      float[] data = tensor.toFloats();
      long inner = 1;
      for (int axis = tensor.rank() - 1; axis >= 0; axis--) {
        for (int i = 0; i < data.length; i++) {
          int index = (int) (i / inner % tensor.dim(axis));
          if (leaving.contains(slots.root(slots.slot(name, axis, index)))) {
            data[i] = 0;
          }
        }
        inner *= tensor.dim(axis);
      }
      return Tensor.ofFloats(tensor.dims(), data);
    });
    return dependencies.graph().withInitializers(constants);
  }

  /** Sums of fewer terms round otherwise, so alike means within a few last bits of the largest. */
  private static void assertAlike(Model one, Model other, Map<String, Tensor> inputs, String what) {
    Tensor a = run(one, inputs);
    Tensor b = run(other, inputs);
    assertThat(a.dims()).as(what).isEqualTo(b.dims());
    double largest = 1e-6;
    for (int i = 0; i < b.elementCount(); i++) {
      largest = Math.max(largest, Math.abs(b.asDouble(i)));
    }
    for (int i = 0; i < a.elementCount(); i++) {
      assertThat(a.asDouble(i)).as(what).isCloseTo(b.asDouble(i), within(1e-5 * largest));
    }
  }

  private static Tensor run(Model model, Map<String, Tensor> inputs) {
    try (Session session = Session.open(model, SessionConfig.standard())) {
      return session.run(inputs).firstEntry().getValue();
    }
  }

  @Test
  void of_unknownOperator_keepsItsChannelsAndSaysWhy() {
    Model model =
        ModelSketch.opset(17)
            .input("x", "N", 4, 4, 4)
            .weights("a.w", 8, 4, 1, 1)
            .node("Conv", "x a.w", "a")
            .node("DepthToSpace", "a", "d")
            .with("blocksize", 2)
            .weights("b.w", 6, 2, 1, 1)
            .node("Conv", "d b.w", "b")
            .weights("c.w", 3, 6, 1, 1)
            .node("Conv", "b c.w", "y")
            .output("y")
            .model();
    Dependencies dependencies = Dependencies.of(model, inputs(1, 4, 4, 4), List.of());
    assertThat(dependencies.groups()).extracting(ChannelGroup::size).containsExactly(6);
    assertThat(dependencies.kept().get("Conv 'Conv_a'"))
        .contains("DepthToSpace 'DepthToSpace_d'", "does not know");
    assertThat(dependencies.kept().get("Conv 'Conv_y'")).contains("output");
  }

  @Test
  void of_residualStage_isOneGroupWithAllItsLayers() {
    Model model =
        ModelSketch.opset(17)
            .input("x", "N", 3, 4, 4)
            .weights("a.w", 8, 3, 1, 1)
            .node("Conv", "x a.w", "a")
            .weights("b.w", 8, 8, 1, 1)
            .node("Conv", "a b.w", "b")
            .node("Add", "a b", "s")
            .weights("c.w", 2, 8, 1, 1)
            .node("Conv", "s c.w", "y")
            .output("y")
            .model();
    Dependencies dependencies = Dependencies.of(model, inputs(1, 3, 4, 4), List.of());
    assertThat(dependencies.groups()).hasSize(1);
    assertThat(dependencies.groups().getFirst().members())
        .containsExactlyInAnyOrder(
            new ChannelGroup.Member("a.w", 0),
            new ChannelGroup.Member("b.w", 0),
            new ChannelGroup.Member("b.w", 1),
            new ChannelGroup.Member("c.w", 1));
  }

  @Test
  void of_groupedConvolution_losesWholeGroups() {
    Model model =
        ModelSketch.opset(17)
            .input("x", "N", 3, 4, 4)
            .weights("a.w", 8, 3, 1, 1)
            .node("Conv", "x a.w", "a")
            .weights("g.w", 12, 2, 1, 1)
            .node("Conv", "a g.w", "g")
            .with("group", 4)
            .weights("c.w", 2, 12, 1, 1)
            .node("Conv", "g c.w", "y")
            .output("y")
            .model();
    Dependencies dependencies = Dependencies.of(model, inputs(1, 3, 4, 4), List.of());
    ChannelGroup group = dependencies.groups().getFirst();
    assertThat(group.size()).isEqualTo(4);
    Graph pruned = Removal.of(dependencies, model.graph(), Set.of(group.units().getFirst().root()));
    assertThat(Objects.requireNonNull(pruned.initializers().get("a.w")).dim(0)).isEqualTo(6);
    assertThat(Objects.requireNonNull(pruned.initializers().get("g.w")).dims())
        .containsExactly(9, 2, 1, 1);
    assertThat(pruned.nodes().get(1).intAttribute("group", 1)).isEqualTo(3);
  }
}

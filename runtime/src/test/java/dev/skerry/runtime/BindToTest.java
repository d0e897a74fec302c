package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.Bytes;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Graph;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.graph.ValueInfo;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs between arrays that the caller owns. */
class BindToTest {
  private static Session doubling() {
    Graph graph =
        new Graph(
            "doubling",
            List.of(ValueInfo.of("x", DataType.FLOAT, 2)),
            List.of(ValueInfo.of("y", DataType.FLOAT, 2)),
            List.of(),
            new LinkedHashMap<>(),
            List.of(Node.of("Add", "", List.of("x", "x"), List.of("y"))),
            Bytes.EMPTY);
    return Session.open(Model.of(8, 17, graph), SessionConfig.standard());
  }

  @Test
  void bindTo_twoBindingsInTurn_carryStateWithoutCopies() {
    try (Arena arena = Arena.ofShared();
        Session session = doubling()) {
      NativeArray a = NativeArray.copyOf(arena, Tensor.ofFloats(new long[] {2}, 1, 3));
      NativeArray b = NativeArray.allocate(arena, DataType.FLOAT, 2);
      try (Binding there = session.bindTo(Map.of("x", a), Map.of("y", b));
          Binding back = session.bindTo(Map.of("x", b), Map.of("y", a))) {
        there.run();
        back.run();
        there.run();
      }
      assertThat(a.tensor().toFloats()).containsExactly(4, 12);
      assertThat(b.tensor().toFloats()).containsExactly(8, 24);
    }
    assertThat(Engine.liveOwners()).isZero();
  }

  @Test
  void bindTo_arrayOfAnotherShape_isRefused() {
    try (Arena arena = Arena.ofShared();
        Session session = doubling()) {
      NativeArray three = NativeArray.allocate(arena, DataType.FLOAT, 3);
      assertThatThrownBy(() -> session.bindTo(Map.of("x", three), Map.of("y", three)))
          .isInstanceOf(SkerryException.class)
          .hasMessageContaining("takes FLOAT[2], not FLOAT[3]");
    }
  }
}

package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BindingTest {
  private static final long[] ROW = {1, 3};
  private static final Tensor THREE = Tensor.ofFloats(ROW, 1, 2, 3);

  @AfterEach
  void nothingLeaks() {
    assertThat(Engine.liveOwners()).isZero();
  }

  @Test
  void set_copiesSoThatTheNextRunSeesIt() {
    try (Session session = open();
        Binding binding = session.bind(Map.of("x", THREE), List.of("y"))) {
      Tensor borrowed = binding.output("y");
      binding.set("x", Tensor.ofFloats(ROW, 4, 5, 6));
      assertThat(borrowed.toFloats()).containsExactly(1, 2, 3);
      binding.run();
      assertThat(borrowed.toFloats()).containsExactly(4, 5, 6);
    }
  }

  @Test
  void set_ofAnotherShapeTypeOrName_isRefused() {
    try (Session session = open();
        Binding binding = session.bind(Map.of("x", THREE), List.of("y"))) {
      assertThatThrownBy(() -> binding.set("x", Tensor.ofFloats(new long[] {2, 3}, new float[6])))
          .isInstanceOfSatisfying(
              SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_DATA))
          .hasMessageContaining("is bound as FLOAT[1, 3], not FLOAT[2, 3]");
      assertThatThrownBy(() -> binding.set("x", Tensor.ofInts(ROW, 1, 2, 3)))
          .hasMessageContaining("not INT32[1, 3]");
      assertThatThrownBy(() -> binding.set("z", THREE)).hasMessageContaining("no bound input 'z'");
      assertThatThrownBy(() -> binding.output("x")).hasMessageContaining("no bound output 'x'");
    }
  }

  @Test
  void run_whenAShapeDependsOnTheData_failsClearlyOrFits() {
    try (Session session = Session.open(SmallModels.nonZero(), SessionConfig.standard());
        Binding binding = session.bind(Map.of("x", THREE), List.of("y"))) {
      binding.run();
      assertThat(binding.output("y")).hasToString("INT64[2, 3]");
      binding.set("x", Tensor.ofFloats(ROW, 1, 0, 3));
      assertThatThrownBy(binding::run)
          .isInstanceOfSatisfying(
              SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE))
          .hasMessageContaining("small");
    }
  }

  @Test
  void bind_withoutInputs_leaksNothing() {
    try (Session session = open()) {
      assertThatThrownBy(() -> session.bind(Map.of(), List.of("y")))
          .isInstanceOf(SkerryException.class);
    }
  }

  private static Session open() {
    return Session.open(SmallModels.identity(DataType.FLOAT), SessionConfig.standard());
  }
}

package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProfileTest {
  private static final SessionConfig STANDARD = SessionConfig.standard();

  @Test
  void of_namesEveryNodeWithItsTime() {
    Tensor given = Tensor.ofFloats(new long[] {64, 64}, new float[64 * 64]);
    Profile profile = Profile.of(SmallModels.chain(64, 3), Map.of("x", given), STANDARD, 10);
    assertThat(profile.nodes()).extracting(NodeTime::node).containsExactly("m0", "m1", "m2");
    assertThat(profile.nodes())
        .allSatisfy(node -> {
          assertThat(node.op()).isEqualTo("MatMul");
          assertThat(node.calls()).isEqualTo(1);
          assertThat(node.outputBytes()).isEqualTo(64 * 64 * 4);
          assertThat(node.micros()).isPositive().isEqualTo(node.selfMicros());
        });
    assertThat(profile.nodesByProvider()).isEqualTo(Map.of("cpu", 3L));
    assertThat(profile.runMicros()).isGreaterThanOrEqualTo(profile.microsByOp().get("MatMul"));
    assertThat(profile.runs()).isEqualTo(5);
    assertThat(profile.peakArenaBytes()).isPositive();
    assertThat(Engine.liveOwners()).isZero();
  }

  @Test
  void of_noRuns_isRefused() {
    assertThatThrownBy(() -> Profile.of(SmallModels.chain(8, 1), Map.of(), STANDARD, 0))
        .isInstanceOf(SkerryException.class);
  }

  @Test
  @Tag("real-data")
  void of_branches_countsTimeInsideOnlyOnce() {
    Map<String, Tensor> inputs =
        Map.of(
            "input", Tensor.ofFloats(new long[] {1, 512}, new float[512]),
            "state", Tensor.ofFloats(new long[] {2, 1, 128}, new float[256]),
            "sr", Tensor.scalar(16000L));
    Profile profile = Profile.of(RealModels.model("silero-vad"), inputs, STANDARD, 20);
    assertThat(profile.nodes())
        .anyMatch(node -> node.op().equals("If") && node.micros() > node.selfMicros());
    double self = profile.nodes().stream().mapToDouble(NodeTime::selfMicros).sum();
    assertThat(self).isLessThanOrEqualTo(profile.runMicros()).isPositive();
    assertThat(profile.microsByOp()).containsKey("LSTM");
  }
}

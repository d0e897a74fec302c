package dev.skerry.agent.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.sim.SimulatedTime;
import dev.skerry.agent.traffic.Running;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SequencesTest {
  private static final String MODEL = "m";
  private static final SequenceStep START = new SequenceStep("s", true, false);
  private static final SequenceStep NEXT = new SequenceStep("s", false, false);
  private static final SequenceStep END = new SequenceStep("s", false, true);

  private final SimulatedTime time = new SimulatedTime();
  private final LoadedModel loaded = SmallModels.load(SmallModels.counter());
  private final Running first = SmallModels.counting(MODEL, 1, loaded);
  private final Running second = SmallModels.counting(MODEL, 2, loaded);
  private final Sequences sequences =
      new Sequences(new SequenceLimits(2, Duration.ofSeconds(10), 24), time);

  @AfterEach
  void close() {
    loaded.close();
  }

  private static SequencedMap<String, Tensor> left(float... values) {
    SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("left", Tensor.ofFloats(new long[] {1, values.length}, values));
    return outputs;
  }

  private float[] step(SequenceStep step, Running running, float... values) {
    try (Sequence sequence = sequences.enter(MODEL, step)) {
      float[] state = Objects.requireNonNull(sequence.state(running).get("kept")).toFloats();
      sequence.keep(running, left(values));
      return state;
    }
  }

  private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SkerryException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  @Test
  void enter_givesWhatTheLastStepLeft_untilTheEnd() {
    assertThat(step(START, first, 1, 2)).containsExactly(0, 0);
    assertThat(step(NEXT, first, 3, 4)).containsExactly(1, 2);
    assertThat(step(END, first, 5, 6)).containsExactly(3, 4);
    assertThat(sequences.bytes()).isZero();
    assertFails(() -> step(NEXT, first, 0, 0), ErrorCode.NOT_FOUND, "has ended");
  }

  @Test
  void enter_withStart_beginsAgain() {
    step(START, first, 1, 2);
    assertThat(step(START, first, 3, 4)).containsExactly(0, 0);
    assertThat(sequences.count(MODEL)).isEqualTo(1);
  }

  @Test
  void enter_afterAFailedStep_hasTheStateBefore() {
    step(START, first, 1, 2);
    sequences.enter(MODEL, NEXT).close();
    assertThat(step(NEXT, first, 3, 4)).containsExactly(1, 2);
  }

  @Test
  void enter_afterAFailedStart_knowsNothing() {
    sequences.enter(MODEL, START).close();
    assertFails(() -> sequences.enter(MODEL, NEXT), ErrorCode.NOT_FOUND, "sequence_start");
  }

  @Test
  void state_ofAnotherModelFile_isRefused_andForgotten() {
    step(START, first, 1, 2);
    assertFails(() -> step(NEXT, second, 3, 4), ErrorCode.NOT_FOUND, "began on version 1");
    assertFails(() -> step(NEXT, second, 3, 4), ErrorCode.NOT_FOUND, "there is no sequence 's'");
    assertThat(step(START, second, 3, 4)).containsExactly(0, 0);
  }

  @Test
  void enter_whileHeld_isRefused() {
    try (Sequence held = sequences.enter(MODEL, START)) {
      assertThat(held.toString()).contains("'s'");
      assertFails(() -> sequences.enter(MODEL, NEXT), ErrorCode.BUSY, "under way");
      assertFails(() -> sequences.enter(MODEL, START), ErrorCode.BUSY, "under way");
    }
  }

  @Test
  void enter_afterIdleTime_knowsNothing() {
    step(START, first, 1, 2);
    time.pause(Duration.ofSeconds(10));
    step(NEXT, first, 1, 2);
    time.pause(Duration.ofSeconds(10).plusNanos(1));
    assertFails(() -> step(NEXT, first, 1, 2), ErrorCode.NOT_FOUND, "10 s");
    assertThat(sequences.bytes()).isZero();
  }

  @Test
  void enter_beyondTheMost_isRefused_untilOneIsIdle() {
    step(START, first, 1, 2);
    try (Sequence stream = sequences.open(MODEL)) {
      assertThat(stream.state(first)).containsKey("kept");
      SequenceStep third = new SequenceStep("t", true, false);
      assertFails(() -> step(third, first, 1, 2), ErrorCode.BUSY, "2 sequences");
      time.pause(Duration.ofSeconds(11));
      assertThat(step(third, first, 1, 2)).containsExactly(0, 0);
    }
    assertThat(sequences.count(MODEL)).isEqualTo(1);
  }

  @Test
  void keep_beyondTheMemory_isRefused_andKeepsTheStateBefore() {
    step(START, first, 1, 2);
    assertFails(() -> step(NEXT, first, 1, 2, 3, 4, 5, 6, 7), ErrorCode.BUSY, "24 bytes");
    assertThat(step(NEXT, first, 3, 4)).containsExactly(1, 2);
    assertThat(sequences.bytes()).isEqualTo(8);
  }
}

package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sequence extension over HTTP. */
final class SequenceRequestTest {
  private static final String MODEL = "counter";

  private Served served;
  private LoadedModel loaded;

  @BeforeEach
  void start() {
    served = new Served(ServeLimits.standard());
    loaded = SmallModels.load(SmallModels.counter());
    served.add(SmallModels.counting(MODEL, 1, loaded));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private HttpResponse<String> infer(String parameters, String more) {
    return served.infer(
        MODEL,
        """
        {"parameters": {%s}, "inputs": [
          {"name": "x", "datatype": "FP32", "shape": [1, 2], "data": [1, 2]}%s]}
        """
            .formatted(parameters, more));
  }

  private String answer(String parameters) {
    HttpResponse<String> response = infer(parameters, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private void assertRefused(int status, String message, String parameters, String more) {
    HttpResponse<String> response = infer(parameters, more);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.body()).contains(message);
  }

  @Test
  void infer_bySequence_keepsTheState_andDoesNotAnswerIt() {
    assertThat(answer("\"sequence_id\": 7, \"sequence_start\": true"))
        .contains("[1.0,2.0]")
        .doesNotContain("left");
    assertThat(answer("\"sequence_id\": 8, \"sequence_start\": true")).contains("[1.0,2.0]");
    assertThat(answer("\"sequence_id\": \"7\"")).contains("[2.0,4.0]");
    assertThat(answer("\"sequence_id\": 7, \"sequence_end\": true")).contains("[3.0,6.0]");
    assertRefused(404, "there is no sequence '7'", "\"sequence_id\": 7", "");
    assertThat(served.models.sequences(MODEL)).isEqualTo(1);
  }

  @Test
  void infer_afterASwitch_isToldToBeginAgain() {
    answer("\"sequence_id\": 7, \"sequence_start\": true");
    served.traffic(MODEL).activate(SmallModels.counting(MODEL, 2, loaded));
    assertRefused(404, "version 2 is active now", "\"sequence_id\": 7", "");
    assertThat(answer("\"sequence_id\": 7, \"sequence_start\": true")).contains("[1.0,2.0]");
  }

  /** Four callers step on while twenty updates go live: never is a state mixed up or lost. */
  @Test
  void infer_underLiveUpdates_isRightOrToldToBeginAgain() throws Exception {
    AtomicInteger answers = new AtomicInteger();
    AtomicBoolean ended = new AtomicBoolean();
    try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> restarts =
          IntStream.range(0, 4)
              .mapToObj(id -> callers.submit(() -> stepOn(id, answers, ended)))
              .toList();
      for (int counter = 2; counter <= 21; counter++) {
        for (int seen = answers.get(); answers.get() < seen + 8; ) {
          Thread.onSpinWait();
          if (restarts.stream().anyMatch(Future::isDone)) {
            break; // it has failed; get() says why
          }
        }
        served.traffic(MODEL).activate(SmallModels.counting(MODEL, counter, loaded));
      }
      ended.set(true);
      for (Future<Integer> each : restarts) {
        assertThat(each.get()).isBetween(1, 20);
      }
    }
    assertThat(served.models.sequences(MODEL)).isEqualTo(4);
  }

  private int stepOn(int id, AtomicInteger answers, AtomicBoolean ended) {
    int restarts = 0;
    int step = 0;
    while (!ended.get() || restarts == 0 || step == 0) {
      HttpResponse<String> response =
          infer("\"sequence_id\": \"s%d\", \"sequence_start\": %s".formatted(id, step == 0), "");
      if (response.statusCode() == 404) {
        assertThat(response.body()).contains("is active now");
        restarts++;
        step = 0;
        continue;
      }
      step++;
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.body()).contains("[%d.0,%d.0]".formatted(step, 2 * step));
      answers.incrementAndGet();
    }
    return restarts;
  }

  @Test
  void infer_withoutSequence_needsTheState() {
    assertRefused(400, "give it, or the parameter sequence_id", "", "");
    String state =
        ", {\"name\": \"kept\", \"datatype\": \"FP32\", \"shape\": [1, 2], \"data\": [5, 5]}";
    assertThat(infer("", state).body()).contains("\"left\"").contains("[6.0,7.0]");
    assertRefused(400, "is a state", "\"sequence_id\": 9, \"sequence_start\": true", state);
  }

  @Test
  void infer_withAConstant_takesTheCallers() {
    String gain = ", {\"name\": \"gain\", \"datatype\": \"FP32\", \"shape\": [], \"data\": [10]}";
    assertThat(infer("\"sequence_id\": 7, \"sequence_start\": true", gain).body())
        .contains("[10.0,20.0]");
  }

  @Test
  void infer_withParametersThatDoNotFit_isRefused() {
    assertRefused(400, "without 'sequence_id'", "\"sequence_start\": true", "");
    assertRefused(400, "integer from 0", "\"sequence_id\": -1", "");
    assertRefused(400, "characters", "\"sequence_id\": \"%s\"".formatted("x".repeat(129)), "");
    HttpResponse<String> stateless =
        served.infer(
            Served.TWO,
            """
            {"parameters": {"sequence_id": 1, "sequence_start": true}, "inputs": [
              {"name": "a", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]},
              {"name": "b", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]}]}
            """);
    assertThat(stateless.statusCode()).isEqualTo(400);
    assertThat(stateless.body()).contains("keeps no state");
  }

  @Test
  void infer_ofABatch_isRefused() {
    HttpResponse<String> batch =
        served.infer(
            MODEL,
            """
            {"parameters": {"sequence_id": 1, "sequence_start": true}, "inputs": [
              {"name": "x", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]}]}
            """);
    assertThat(batch.statusCode()).isEqualTo(400);
    assertThat(batch.body()).contains("a batch of one");
  }
}

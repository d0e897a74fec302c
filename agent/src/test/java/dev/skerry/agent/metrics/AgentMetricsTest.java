package dev.skerry.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.MemoryBudget;
import dev.skerry.agent.schedule.Importance;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Terms;
import dev.skerry.agent.sequence.SequenceLimits;
import dev.skerry.agent.sequence.Sequences;
import dev.skerry.agent.serve.BoundModel;
import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.graph.DataType;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The page of a real server with a real model. */
class AgentMetricsTest {
  private static final String REQUEST =
      """
      {"inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [31337.25, 2, 3]}]}
      """;

  private final HttpClient http = HttpClient.newHttpClient();
  private final LoadedModel model = SmallModels.load(SmallModels.scaled(2));
  private final Scheduler scheduler =
      Models.scheduler(ServeLimits.standard(2), _ -> Terms.USUAL.with(Importance.CRITICAL));
  private final Models models = models();
  private final MemoryBudget budget = new MemoryBudget(1000);
  private final AgentMetrics metrics =
      new AgentMetrics("1.2.3", "engine \"4\"", models, scheduler, Optional.of(budget));
  private final InferenceServer server =
      InferenceServer.start(
          "127.0.0.1",
          0,
          models,
          ServeLimits.standard(2),
          Ticker.system(),
          "1.2.3",
          metrics::addTo);

  private Models models() {
    LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
    live.activate(SmallModels.running("m", 7, model));
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    traffic.put("m", live);
    traffic.put("absent", new LiveTraffic(Ticker.system(), 1));
    return new Models(
        traffic, scheduler, 1 << 20, new Sequences(SequenceLimits.STANDARD, Ticker.system()));
  }

  @AfterEach
  void close() {
    server.close();
    http.close();
    model.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int infer(String model, String body) {
    return send(to("/v2/models/" + model + "/infer")
            .POST(HttpRequest.BodyPublishers.ofString(body)))
        .statusCode();
  }

  private List<String> page() {
    HttpResponse<String> answer = send(to("/metrics"));
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    return answer.body().lines().toList();
  }

  @Test
  void page_countsWhatHappened() {
    assertThat(infer("m", REQUEST)).isEqualTo(200);
    assertThat(infer("m", REQUEST)).isEqualTo(200);
    assertThat(infer("m", "{}")).isEqualTo(400);
    assertThat(infer("m/versions/8", REQUEST)).isEqualTo(404);
    assertThat(infer("absent", REQUEST)).isEqualTo(503);
    assertThat(infer("unknown", REQUEST)).isEqualTo(404);

    assertThat(page())
        .contains(
            "skerry_info{version=\"1.2.3\",engine=\"engine \\\"4\\\"\"} 1",
            "skerry_active_release{model=\"m\",variant=\"any.1\"} 7",
            "skerry_active_release{model=\"absent\",variant=\"\"} 0",
            "skerry_runs_total{model=\"m\"} 2",
            "skerry_failures_total{model=\"m\",reason=\"bad-request\"} 1",
            "skerry_failures_total{model=\"m\",reason=\"not-found\"} 1",
            "skerry_failures_total{model=\"absent\",reason=\"busy\"} 1",
            "skerry_latency_seconds_count{model=\"m\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"preprocess\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"wait\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"predict\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"postprocess\"} 2",
            "skerry_running{class=\"critical\"} 0",
            "skerry_waiting{class=\"best-effort\"} 0",
            "skerry_late_total{model=\"m\",class=\"critical\"} 0",
            "skerry_memory_budget_bytes 1000");
    assertThat(metrics.parts("m"))
        .extracting(part -> part.name() + " " + part.requests())
        .containsExactly("preprocess 2", "wait 2", "predict 2", "postprocess 2");
  }

  @Test
  void page_hasNothingOfInputsAndOfWhatCallersMakeUp() {
    infer("m", REQUEST);
    infer("made-up-model", REQUEST);

    assertThat(String.join("\n", page()))
        .doesNotContain("31337")
        .doesNotContain("62674")
        .doesNotContain("made-up");
  }

  /** Each sample under the head of its family, histograms cumulative. */
  @Test
  void page_isPrometheusText() {
    infer("m", REQUEST);
    String family = "";
    double last = 0;
    for (String line : page()) {
      if (line.startsWith("# ")) {
        family = line.split(" ")[2];
        continue;
      }
      assertThat(line)
          .matches(family + "(_bucket|_sum|_count)?(\\{([a-z]+=\"([^\"\\\\]|\\\\.)*\",?)+})? \\S+");
      double value = Double.parseDouble(line.substring(line.lastIndexOf(' ')));
      if (line.contains("_bucket{")) {
        assertThat(value).as(line).isGreaterThanOrEqualTo(last);
        last = line.contains("+Inf") ? 0 : value;
      }
    }
    assertThat(page()).anyMatch(line -> line.matches(".*_bucket\\{.*le=\"0.000016384\"} \\d+"));
  }

  @Test
  void boundModel_isCounted() {
    try (Arena arena = Arena.ofShared()) {
      Tensor x =
          Tensor.of(
              DataType.FLOAT,
              new long[] {1, 3},
              arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3));
      try (BoundModel bound = models.bind("m", Map.of("x", x))) {
        bound.run();
        bound.run();
      }
    }
    assertThat(page())
        .contains(
            "skerry_runs_total{model=\"m\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"wait\"} 2",
            "skerry_part_seconds_count{model=\"m\",part=\"preprocess\"} 0");
  }
}

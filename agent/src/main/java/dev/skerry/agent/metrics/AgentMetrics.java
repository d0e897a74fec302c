package dev.skerry.agent.metrics;

import dev.skerry.agent.engine.MemoryBudget;
import dev.skerry.agent.schedule.ScheduledModel;
import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.runtime.ProcessMemory;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.ModelStatus;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What an agent tells whoever watches it, at {@code GET /metrics}: counts and times by model, never
 * what was asked or answered. Everything is read when somebody looks.
 */
public final class AgentMetrics {
  private final String version;
  private final String engine;
  private final Models models;
  private final Scheduler scheduler;
  private final Optional<MemoryBudget> memory;

  /**
   * @param version of Skerry
   * @param engine name and version
   */
  public AgentMetrics(
      String version,
      String engine,
      Models models,
      Scheduler scheduler,
      Optional<MemoryBudget> memory) {
    this.version = version;
    this.engine = engine;
    this.models = models;
    this.scheduler = scheduler;
    this.memory = memory;
  }

  /** Adds the route. */
  public void addTo(HttpRouting.Builder routing) {
    routing.get(
        "/metrics",
        (_, response) -> {
          response.header(HeaderNames.CONTENT_TYPE, PrometheusText.CONTENT_TYPE);
          response.send(text().getBytes(StandardCharsets.UTF_8));
        });
  }

  /** What the parts of requests to {@code model} take, in their order. */
  public List<ModelStatus.Part> parts(String model) {
    List<ModelStatus.Part> parts = new ArrayList<>();
    times(model).forEach((part, times) -> parts.add(ModelStatus.Part.of(part, times)));
    parts.removeIf(part -> part.requests() == 0);
    return parts;
  }

  private SequencedMap<String, LatencySketch> times(String model) {
    Meter meter = models.meter(model);
    SequencedMap<String, LatencySketch> times = new LinkedHashMap<>();
    times.put("preprocess", meter.times(Meter.Part.PREPROCESS));
    times.put("wait", scheduler.times(scheduler.model(model)).waits());
    times.put("predict", meter.times(Meter.Part.PREDICT));
    times.put("postprocess", meter.times(Meter.Part.POSTPROCESS));
    return times;
  }

  /** The whole page. */
  String text() {
    PrometheusText page = new PrometheusText();
    page.family("skerry_info", "gauge", "What runs.")
        .sample(1, "version", version, "engine", engine);
    releases(page);
    requests(page);
    scheduling(page);
    memory(page);
    return page.toString();
  }

  private void releases(PrometheusText page) {
    page.family(
        "skerry_active_release", "gauge", "Release counter of what serves; 0 while nothing does.");
    for (String model : models.names()) {
      Optional<Running> active = models.active(model);
      page.sample(
          active.map(running -> running.receipt().counter()).orElse(0L),
          "model",
          model,
          "variant",
          active.map(running -> running.variant().name()).orElse(""));
    }
  }

  private void requests(PrometheusText page) {
    page.family("skerry_runs_total", "counter", "Runs for requests that ended well.");
    for (String model : models.names()) {
      page.sample(models.meter(model).times(Meter.Part.PREDICT).count(), "model", model);
    }
    page.family("skerry_failures_total", "counter", "Requests that were not answered, by reason.");
    for (String model : models.names()) {
      models
          .meter(model)
          .failures()
          .forEach((reason, count) -> page.sample(count, "model", model, "reason", reason));
    }
    page.family(
        "skerry_latency_seconds",
        "histogram",
        "From when a request's inputs are there until its outputs are; deadlines count so.");
    for (String model : models.names()) {
      page.histogram(scheduler.times(scheduler.model(model)).answers(), "model", model);
    }
    page.family("skerry_part_seconds", "histogram", "Parts of a request, apart.");
    for (String model : models.names()) {
      times(model).forEach((part, times) -> page.histogram(times, "model", model, "part", part));
    }
    page.family("skerry_sequences", "gauge", "Sequences and streams that are kept now.");
    for (String model : models.names()) {
      page.sample(models.sequences(model), "model", model);
    }
  }

  private void scheduling(PrometheusText page) {
    page.family("skerry_running", "gauge", "Runs in progress, by class.");
    scheduler.loads().forEach((of, load) -> page.sample(load.running(), "class", of.toString()));
    page.family("skerry_waiting", "gauge", "Requests that wait for a run, by class.");
    scheduler.loads().forEach((of, load) -> page.sample(load.waiting(), "class", of.toString()));
    Map<String, ScheduledModel.Figures> figures = new LinkedHashMap<>();
    models.names().forEach(model -> figures.put(model, scheduler.figures(scheduler.model(model))));
    page.family("skerry_late_total", "counter", "Requests answered after their deadline.");
    figures.forEach((model, found) -> page.sample(found.late(), scheduled(model)));
    page.family("skerry_refused_total", "counter", "Requests that waited in vain.");
    figures.forEach((model, found) -> page.sample(found.refused(), scheduled(model)));
    page.family("skerry_restarts_total", "counter", "Runs stopped for others and begun again.");
    figures.forEach((model, found) -> page.sample(found.restarts(), scheduled(model)));
  }

  private String[] scheduled(String model) {
    String importance = scheduler.model(model).terms().importance().toString();
    return new String[] {"model", model, "class", importance};
  }

  private void memory(PrometheusText page) {
    ProcessMemory.residentBytes()
        .ifPresent(bytes ->
            page.family("process_resident_memory_bytes", "gauge", "Resident memory.")
                .sample(bytes));
    memory.ifPresent(budget -> {
      page.family("skerry_memory_budget_bytes", "gauge", "What all models may take together.")
          .sample(budget.bytes());
      page.family("skerry_memory_used_bytes", "gauge", "What models in memory take.")
          .sample(budget.usedBytes());
      Map<String, MemoryBudget.Moves> moves = budget.moves();
      page.family("skerry_loads_total", "counter", "Loads of model files.");
      moves.forEach((model, found) -> page.sample(found.loads(), "model", model));
      page.family("skerry_evictions_total", "counter", "Models that made room for others.");
      moves.forEach((model, found) -> page.sample(found.evictions(), "model", model));
    });
  }
}

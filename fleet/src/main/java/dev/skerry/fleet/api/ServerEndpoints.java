package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.device.DesiredStates;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.store.Database;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** What the server says of itself: that it lives, that it can work, its figures, its endpoints. */
public final class ServerEndpoints {
  /** A device that was not heard of for so long counts as away. */
  private static final Duration RECENT = Duration.ofMinutes(15);

  private ServerEndpoints() {}

  /**
   * The endpoints of the server itself and those of {@code others}, all of them in the OpenAPI
   * document.
   *
   * @param version of Skerry
   * @param url under which people reach the server
   */
  public static List<Endpoint> with(
      List<Endpoint> others, Database database, Metrics metrics, String version, String url) {
    List<Endpoint> all = new ArrayList<>(others);
    Schema status = Schema.object().put("status", Schema.text()).build();
    all.add(
        Endpoint.get(
            "/healthz", Audience.ANYONE, "Whether the process lives", status, _ -> status("ok")));
    all.add(
        Endpoint.get(
            "/readyz",
            Audience.ANYONE,
            "Whether the database answers; 503 while it does not",
            status,
            _ -> {
              database.read(handle -> handle.select("select 1").mapTo(Integer.class).one());
              return status("ready");
            }));
    all.add(
        new Endpoint(
            "GET",
            "/metrics",
            Audience.VIEWER,
            "Figures in the text format of Prometheus",
            List.of(),
            Optional.empty(),
            Optional.empty(),
            0,
            _ -> Answer.text("text/plain; version=0.0.4; charset=utf-8", metrics.text())));
    all.add(
        Endpoint.get(
            "/v1/openapi.json",
            Audience.ANYONE,
            "This document",
            Schema.any("OpenAPI 3.1"),
            _ -> Answer.json(OpenApi.document(all, version, url))));
    return all;
  }

  private static Answer status(String text) {
    return Answer.json(Json.object().put("status", text).build());
  }

  /** Adds what {@code /metrics} says of the fleet. */
  public static void measure(
      Metrics metrics, Devices devices, DesiredStates desired, InstantSource time) {
    metrics.number("skerry_devices", "Devices that are let in.", devices::count);
    metrics.number(
        "skerry_devices_seen",
        "Devices that were heard of in the last 15 minutes.",
        () -> devices.seenSince(time.instant().minus(RECENT)));
    metrics.number("skerry_polls_waiting", "Polls that wait for a change.", desired::waiting);
    metrics.gauge(
        "skerry_serving_devices",
        "Devices by the release that they serve.",
        () -> serving(devices));
  }

  private static SequencedMap<String, Double> serving(Devices devices) {
    SequencedMap<String, Double> found = new LinkedHashMap<>();
    for (Devices.Serving one : devices.field()) {
      found.put(
          "model=\"%s\",counter=\"%d\"".formatted(Metrics.quoted(one.model()), one.counter()),
          (double) one.devices());
    }
    return found;
  }
}

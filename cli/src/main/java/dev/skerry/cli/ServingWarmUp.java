package dev.skerry.cli;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.GoldenInputs;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Recipe;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.bundle.release.Variant;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Serves a tiny model to itself once, so that the launcher keeps the classes of an agent, too. */
final class ServingWarmUp {
  private static final String NAME = "tiny";
  private static final List<Long> IMAGE = List.of(1L, 3L, 8L, 8L);
  private static final List<Long> SCORES = List.of(1L, 2L);
  private static final int ELEMENTS = 3 * 8 * 8;

  private ServingWarmUp() {}

  /** Serves {@code file}, which takes {@code image} and gives {@code scores}. */
  static void run(Path file) throws IOException {
    ServeLimits limits = ServeLimits.standard();
    LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    traffic.put(NAME, live);
    Models models = new Models(traffic, limits);
    InetAddress here = InetAddress.getLoopbackAddress();
    try (LoadedModel model = OrtEngine.standard().load(file);
        InferenceServer server =
            InferenceServer.start(
                here.getHostAddress(), 0, models, limits, Ticker.system(), Skerry.VERSION)) {
      live.activate(running(model));
      ask(here, server.port(), "GET /v2/models/" + NAME, "");
      ask(here, server.port(), "POST /v2/models/" + NAME + "/infer", request());
    }
  }

  private static String request() {
    return "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":%s,\"data\":[%s]}]}"
        .formatted(IMAGE, "0.5,".repeat(ELEMENTS - 1) + "0.5");
  }

  private static void ask(InetAddress host, int port, String line, String body) throws IOException {
    String message =
        "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(line, body.length(), body);
    try (Socket socket = new Socket(host, port);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream()) {
      out.write(message.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      in.readAllBytes();
    }
  }

  private static Running running(LoadedModel model) {
    Digest none = Digest.of(new byte[0]);
    Release release =
        new Release(
            NAME,
            "0",
            List.of(new TensorSpec("image", "FP32", IMAGE, "tensor", Json.object().build())),
            List.of(new TensorSpec("scores", "FP32", SCORES, "tensor", Json.object().build())),
            List.of(),
            new GoldenInputs(0, List.of()),
            new Provenance(none, Optional.empty(), Optional.empty(), "", "", List.of()));
    Variant variant =
        new Variant(
            NAME,
            "",
            new Recipe(none, 0, List.of()),
            new LinkedHashMap<>(),
            new Variant.Quality("", Optional.empty(), Optional.empty()),
            new Variant.Measured(Optional.empty(), Optional.empty(), Optional.empty(), ""),
            new Variant.Budget(Optional.empty(), Optional.empty()),
            List.of());
    return new Running(new Receipt(NAME, 1, 0, none), release, variant, model);
  }
}

package dev.skerry.agent.serve;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.grpc.GrpcServer;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.runtime.Ticker;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Serves one ONNX file until it is stopped, for measuring what serving itself costs. */
final class ServeMain {
  private ServeMain() {}

  /** Takes the file, the port and, if it shall be served, that of gRPC. */
  public static void main(String[] arguments) throws InterruptedException {
    InferenceServer.addCarriers(); // as 'skerry agent run' does
    LoadedModel model = OrtEngine.standard().load(Path.of(arguments[0]));
    LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
    live.activate(SmallModels.running("m", 1, model));
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    traffic.put("m", live);
    ServeLimits limits = ServeLimits.standard();
    Models models = new Models(traffic, limits);
    if (arguments.length > 2) {
      GrpcServer.start(
          "127.0.0.1", Integer.parseInt(arguments[2]), models, limits, Ticker.system(), "0.1.0");
    }
    InferenceServer.start(
        "127.0.0.1", Integer.parseInt(arguments[1]), models, limits, Ticker.system(), "0.1.0");
    Thread.currentThread().join();
  }
}

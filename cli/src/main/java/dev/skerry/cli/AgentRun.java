package dev.skerry.cli;

import dev.skerry.agent.Agent;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.engine.OrtEngine;
import dev.skerry.agent.serve.InferenceServer;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.DeviceFacts;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.optimize.target.Machine;
import dev.skerry.runtime.Engine;
import dev.skerry.wire.EventRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Runs this machine as a device, until stopped.
 *
 * <p>A device starts after each power cut and shares its memory with others, so the usual command
 * line is understood here, without the parser of all commands: that saves a quarter of a second and
 * some megabytes.
 */
final class AgentRun {
  /** What is read when no file is named. */
  static final Path USUAL_FILE = Path.of("agent.toml");

  private final Terminal terminal;
  private final boolean json;

  AgentRun(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** The file that {@code agent run [--config FILE]} names; empty for any other command line. */
  static Optional<Path> file(List<String> args) {
    if (args.equals(List.of("agent", "run"))) {
      return Optional.of(USUAL_FILE);
    }
    return args.size() == 4 && args.subList(0, 3).equals(List.of("agent", "run", "--config"))
        ? Optional.of(Path.of(args.getLast()))
        : Optional.empty();
  }

  /** Returns when the agent was stopped. */
  void run(Path file) throws InterruptedException {
    InferenceServer.addCarriers();
    AgentConfig config = AgentConfig.read(file);
    terminal.err().print(AgentText.configuration(terminal, config));
    terminal.flush();
    config.engine().library().ifPresent(Engine::loadFrom);
    try (Agent agent = Agent.start(config, host(config))) {
      say("serves on http://%s:%d".formatted(config.host(), agent.port()));
      Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop"));
      agent.await();
    }
  }

  /** This machine. */
  Agent.Host host(AgentConfig config) {
    return new Agent.Host(
        Skerry.VERSION,
        Machine.here().cpu(),
        facts(config.policy().limits().memoryBytes()),
        InstantSource.system(),
        new SecureRandom(),
        this::told);
  }

  /**
   * What this machine is.
   *
   * @param memoryBytes that a model may take; what the machine has when it is not said
   */
  static DeviceFacts facts(Optional<Long> memoryBytes) {
    Machine machine = Machine.here();
    return new DeviceFacts(
        machine.architecture(),
        machine.features(),
        Engine.providers(),
        memoryBytes.orElse(memoryBytes()),
        machine.cores(),
        "onnxruntime " + Engine.version(),
        new TreeMap<>(OrtEngine.OPERATORS));
  }

  /** Memory that the machine has; what is free changes from moment to moment. */
  private static long memoryBytes() {
    return java.lang.management.ManagementFactory.getPlatformMXBean(
            com.sun.management.OperatingSystemMXBean.class)
        .getTotalMemorySize();
  }

  private void told(EventRecord event) {
    say(
        json
            ? new String(JsonWriter.canonical(event.toJson()), StandardCharsets.UTF_8)
            : AgentText.event(terminal, event, ZoneId.systemDefault()));
  }

  private synchronized void say(String line) {
    terminal.out().println(line);
    terminal.flush();
  }
}

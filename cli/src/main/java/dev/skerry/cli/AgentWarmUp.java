package dev.skerry.cli;

import dev.skerry.agent.Agent;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.control.ControlClient;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.key.KeyRing;
import dev.skerry.bundle.key.KeyScheme;
import dev.skerry.bundle.tuf.RepositorySettings;
import dev.skerry.bundle.tuf.TufRepository;
import dev.skerry.cli.repo.PassingKeys;
import dev.skerry.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs an agent for a moment, and serves a tiny model: the launcher keeps the classes of this run
 * so that a device starts fast, and keeps none that a device does not need.
 */
final class AgentWarmUp {
  private AgentWarmUp() {}

  /** Leaves nothing behind and prints nothing. */
  static void run() throws IOException {
    Terminal terminal =
        Terminal.plain(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    Path folder = Files.createTempDirectory("skerry-warm-up-agent");
    try {
      Path model = folder.resolve("tiny.onnx");
      TinyModel.write(model);
      ServingWarmUp.run(model);
      TufRepository.init(
          new SystemDisk(),
          folder.resolve("repo"),
          new PassingKeys(),
          RepositorySettings.usual(List.of(KeyScheme.ED25519), KeyRing.Guard.NONE),
          InstantSource.system());
      Path file = folder.resolve("agent.toml");
      Files.writeString(
          file,
          """
          repository = "repo"
          root = "repo/metadata/1.root.json"
          models = ["none"]
          listen = "127.0.0.1:0"
          """);
      AgentConfig config = AgentConfig.read(file);
      terminal.err().print(AgentText.configuration(terminal, config));
      try (Agent agent = Agent.start(config, new AgentRun(terminal, false).host(config))) {
        agent.checkNow("none");
        new ControlClient("127.0.0.1", agent.port())
            .status()
            .ifPresent(
                status -> terminal.out().print(AgentText.status(terminal, status, ZoneOffset.UTC)));
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

package dev.skerry.agent.fleet;

import dev.skerry.agent.config.AgentConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An {@code agent.toml} that comes to name a fleet. What else is in it stays as it was, comments
 * and order included.
 *
 * @param text of the file; empty when there is none
 * @param data folder that it names
 */
record AgentFile(Path file, Optional<String> text, Path data) {
  private static final Pattern HEADER = Pattern.compile("\\s*\\[.*");
  private static final Pattern FLEET = Pattern.compile("\\s*\\[\\s*fleet\\s*\\]\\s*(#.*)?");
  private static final Pattern REPLACED = Pattern.compile("\\s*(repository|root)\\s*=.*");

  /** In place of what is written anew, so that everything else can be looked at. */
  private static final String PLACEHOLDER =
      "repository = \"-\"\nroot = \"-\"\n%s\n[fleet]\nurl = \"https://fleet\"\n";

  /**
   * @throws dev.skerry.graph.SkerryException if there is a file and what is not written anew has
   *     problems
   */
  static AgentFile read(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    if (!Files.exists(file)) {
      return new AgentFile(file, Optional.empty(), folder.resolve("agent-data"));
    }
    try {
      String text = Files.readString(file);
      AgentConfig config = AgentConfig.parse(file, PLACEHOLDER.formatted(rest(text)));
      return new AgentFile(file, Optional.of(text), config.data());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The new text.
   *
   * @param repository address of the releases
   * @param root file with the metadata to begin with
   */
  String with(EnrolOrder order, String repository, Path root) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    String shown = root.startsWith(folder) ? folder.relativize(root).toString() : root.toString();
    StringBuilder out = new StringBuilder();
    out.append("repository = ").append(quoted(repository)).append('\n');
    out.append("root       = ").append(quoted(shown)).append('\n');
    out.append(rest(text.orElse("")));
    out.append("\n[fleet]\nurl    = ").append(quoted(order.url())).append('\n');
    order.target().ifPresent(target -> out.append("target = ").append(quoted(target)).append('\n'));
    if (!order.labels().isEmpty()) {
      out.append("labels = [").append(labels(order.labels())).append("]\n");
    }
    return out.toString();
  }

  private static String labels(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(label -> quoted(label.getKey() + "=" + label.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Everything but what is written anew. */
  private static String rest(String text) {
    StringBuilder kept = new StringBuilder();
    boolean inFleet = false;
    boolean inTable = false;
    for (String line : text.lines().toList()) {
      if (HEADER.matcher(line).matches() && !line.contains("=")) {
        inFleet = FLEET.matcher(line).matches();
        inTable = true;
      }
      boolean replaced = !inTable && REPLACED.matcher(line).matches();
      if (!inFleet && !replaced) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }

  /** A basic string of TOML. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}

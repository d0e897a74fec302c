package dev.skerry.optimize.search;

import dev.skerry.graph.GraphIndex;
import dev.skerry.graph.Model;
import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.NodeTime;
import dev.skerry.runtime.Profile;
import dev.skerry.runtime.SessionConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How long nodes of a model take, found again under the names that the engine gives after fusing.
 *
 * <p>A fused node is called after the node that it began with ({@code X}, {@code X_token_7}) or
 * after the value that it ends with ({@code Y_nchwc}).
 */
public final class NodeTimes {
  private final Map<String, Double> micros = new HashMap<>();
  private final Profile profile;

  private NodeTimes(Profile profile) {
    this.profile = profile;
    for (NodeTime time : profile.nodes()) {
      micros.merge(plain(time.node()), time.micros(), Double::sum);
    }
  }

  /** Profiles {@code model} on {@code inputs}. */
  public static NodeTimes of(
      Model model, Map<String, Tensor> inputs, SessionConfig config, int runs) {
    return new NodeTimes(Profile.of(model, inputs, config, runs));
  }

  private static String plain(String name) {
    return name.replaceFirst("_token_\\d+$", "").replaceFirst("_nchwc$", "");
  }

  public Profile profile() {
    return profile;
  }

  /** Microseconds of {@code node} per run; empty when the engine fused it away. */
  public Optional<Double> of(Node node, GraphIndex index) {
    Optional<Double> byName = Optional.ofNullable(micros.get(node.name()));
    if (byName.isPresent() && !node.name().isEmpty()) {
      return byName;
    }
    String output = node.output(0);
    return Optional.ofNullable(micros.get(output))
        .or(() -> index.onlyConsumer(output).map(next -> micros.get(next.output(0))));
  }
}

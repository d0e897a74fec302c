package dev.skerry.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * A whole ONNX file ({@code ModelProto}).
 *
 * @param extra fields that Skerry does not model (domain, version, documentation, training
 *     information), encoded
 */
public record Model(
    long irVersion,
    List<OperatorSet> opsets,
    String producerName,
    String producerVersion,
    SequencedMap<String, String> metadata,
    Graph graph,
    List<Function> functions,
    Bytes extra) {

  public Model {
    opsets = List.copyOf(opsets);
    metadata = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(metadata));
    functions = List.copyOf(functions);
  }

  /** A model made by Skerry: {@code graph} on the standard operators of {@code opset}. */
  public static Model of(long irVersion, long opset, Graph graph) {
    return new Model(
        irVersion,
        List.of(new OperatorSet("", opset)),
        "skerry",
        "",
        new LinkedHashMap<>(),
        graph,
        List.of(),
        Bytes.EMPTY);
  }

  /** The version of {@code domain} that the model uses; the empty domain is standard ONNX. */
  public OptionalLong opset(String domain) {
    String wanted = domain.equals("ai.onnx") ? "" : domain;
    return opsets.stream()
        .filter(set -> set.domain().equals(wanted))
        .mapToLong(OperatorSet::version)
        .max();
  }

  /** The version of the standard operators; 1 when the file does not say. */
  public long opset() {
    return opset("").orElse(1);
  }

  public Model withGraph(Graph changed) {
    return new Model(
        irVersion, opsets, producerName, producerVersion, metadata, changed, functions, extra);
  }

  public Model withIrVersion(long changed) {
    return new Model(
        changed, opsets, producerName, producerVersion, metadata, graph, functions, extra);
  }

  /** This model importing {@code version} of {@code domain}, whatever it imported before. */
  public Model withOpset(String domain, long version) {
    OperatorSet set = new OperatorSet(domain, version);
    List<OperatorSet> changed = new ArrayList<>(opsets);
    changed.removeIf(old -> old.domain().equals(set.domain()));
    changed.add(set);
    return new Model(
        irVersion, changed, producerName, producerVersion, metadata, graph, functions, extra);
  }

  public Model withMetadata(SequencedMap<String, String> changed) {
    return new Model(
        irVersion, opsets, producerName, producerVersion, changed, graph, functions, extra);
  }
}

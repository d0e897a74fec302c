package dev.skerry.graph;

/**
 * A version of an operator domain that a model uses ({@code OperatorSetIdProto}).
 *
 * @param domain empty for standard ONNX operators
 */
public record OperatorSet(String domain, long version) {
  public OperatorSet {
    domain = domain.equals("ai.onnx") ? "" : domain;
  }
}

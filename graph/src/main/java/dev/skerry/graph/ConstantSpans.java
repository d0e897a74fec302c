package dev.skerry.graph;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the constants of a model that are slices of the memory that its file is mapped to. */
final class ConstantSpans {
  private final MemorySegment file;
  private final long least;
  private final List<ModelFile.Span> found = new ArrayList<>();

  private ConstantSpans(MemorySegment file, long least) {
    this.file = file;
    this.least = least;
  }

  static List<ModelFile.Span> of(Model model, MemorySegment file, long least) {
    ConstantSpans spans = new ConstantSpans(file, least);
    spans.addGraph(model.graph());
    model.functions().forEach(function -> function.nodes().forEach(spans::addNode));
    return spans.apart();
  }

  private void addGraph(Graph graph) {
    graph.initializers().values().forEach(this::add);
    graph.nodes().forEach(this::addNode);
  }

  private void addNode(Node node) {
    for (Attribute attribute : node.attributes().values()) {
      if (attribute instanceof Attribute.TensorValue(Tensor tensor)) {
        add(tensor);
      } else if (attribute instanceof Attribute.Tensors(List<Tensor> tensors)) {
        tensors.forEach(this::add);
      }
    }
    node.subgraphs().forEach(this::addGraph);
  }

  private void add(Tensor tensor) {
    MemorySegment data = tensor.data();
    long offset = data.address() - file.address();
    boolean inside = data.isNative() && offset >= 0 && offset <= file.byteSize() - data.byteSize();
    if (inside && data.byteSize() >= least) {
      found.add(new ModelFile.Span(offset, data.byteSize()));
    }
  }

  private List<ModelFile.Span> apart() {
    found.sort(Comparator.comparingLong(ModelFile.Span::offset));
    List<ModelFile.Span> apart = new ArrayList<>();
    long end = 0;
    for (ModelFile.Span span : found) {
      if (span.offset() >= end) {
        apart.add(span);
        end = span.offset() + span.bytes();
      }
    }
    return apart;
  }
}

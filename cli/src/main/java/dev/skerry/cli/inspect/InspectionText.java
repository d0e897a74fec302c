package dev.skerry.cli.inspect;

import static dev.skerry.cli.terminal.TextTable.Align.LEFT;
import static dev.skerry.cli.terminal.TextTable.Align.RIGHT;

import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** {@link ModelFacts} as a person reads them. */
public final class InspectionText {
  private static final int BAR_CELLS = 24;

  /** Operators, values and metadata entries shown; the rest is counted. */
  private static final int MOST_ROWS = 24;

  private final Terminal terminal;
  private final ModelFacts facts;
  private final StringBuilder text = new StringBuilder();

  private InspectionText(Terminal terminal, ModelFacts facts) {
    this.terminal = terminal;
    this.facts = facts;
  }

  /** Several lines, the last ended by a line feed. */
  public static String of(Terminal terminal, ModelFacts facts) {
    InspectionText inspection = new InspectionText(terminal, facts);
    inspection.head();
    inspection.values();
    inspection.weights();
    inspection.operators();
    inspection.functions();
    inspection.metadata();
    return inspection.text.toString();
  }

  private void head() {
    text.append(terminal.bold(Terminal.printable(facts.file()))).append('\n');
    TextTable table = TextTable.of(LEFT, LEFT);
    table.row(terminal.dim("file"), fileLine());
    table.row(terminal.dim("format"), formatLine());
    table.row(terminal.dim("graph"), graphLine());
    table.row(terminal.dim("size"), sizeLine());
    table.row(terminal.dim("quantized"), quantizationLine());
    text.append(table.print("  "));
  }

  private String fileLine() {
    String size = Figures.bytes(facts.fileBytes());
    return facts.externalBytes() == 0
        ? size
        : size + " and " + Figures.bytes(facts.externalBytes()) + " of weights in other files";
  }

  private String formatLine() {
    String sets =
        facts.opsets().entrySet().stream()
            .map(set ->
                (set.getKey().equals("onnx") ? "opset" : Terminal.printable(set.getKey()))
                    + " "
                    + set.getValue())
            .collect(Collectors.joining(", "));
    String producer = facts.producer().isEmpty() ? "" : ", made by " + facts.producer();
    return Terminal.printable(sets + ", IR " + facts.irVersion() + producer);
  }

  private String graphLine() {
    String nodes = plural(facts.nodes(), "node");
    return facts.subgraphs() == 0
        ? nodes
        : "%s, and %s in %s inside them"
            .formatted(nodes, facts.subgraphNodes(), plural(facts.subgraphs(), "graph"));
  }

  private String sizeLine() {
    ModelFacts.MultiplyAdds macs = facts.multiplyAdds();
    String parameters = Figures.count(facts.parameters()) + " parameters";
    if (macs.counted() == 0) {
      return parameters;
    }
    String work = ", " + Figures.count(macs.total()) + " multiply-adds at batch 1";
    return macs.uncounted() == 0
        ? parameters + work
        : parameters + work + " without " + plural(macs.uncounted(), "node") + " of unknown shape";
  }

  private String quantizationLine() {
    ModelFacts.Quantization state = facts.quantization();
    String form = state.form().equals("none") ? "no" : state.form();
    return state.quantize() + state.dequantize() + state.integer() == 0
        ? form
        : "%s; %d QuantizeLinear, %d DequantizeLinear, %d integer nodes"
            .formatted(form, state.quantize(), state.dequantize(), state.integer());
  }

  private void values() {
    TextTable table = TextTable.of(LEFT, LEFT, LEFT, LEFT);
    rows(table, "in", facts.inputs().stream().filter(value -> !value.overridable()).toList());
    rows(table, "out", facts.outputs());
    text.append('\n').append(table.print("  "));
    long overridable = facts.inputs().stream().filter(ModelFacts.Value::overridable).count();
    if (overridable > 0) {
      text.append("  ")
          .append(
              terminal.yellow(
                  plural(overridable, "weight")
                      + " listed as inputs too, which keeps the engine from folding them"))
          .append('\n');
    }
  }

  private void rows(TextTable table, String label, List<ModelFacts.Value> values) {
    for (int i = 0; i < Math.min(values.size(), MOST_ROWS); i++) {
      ModelFacts.Value value = values.get(i);
      table.row(
          terminal.dim(i == 0 ? label : ""),
          terminal.cyan(Terminal.printable(value.name())),
          value.type(),
          value.shape().stream()
              .map(Terminal::printable)
              .collect(Collectors.joining(", ", "[", "]")));
    }
    more(table, values.size());
  }

  private void weights() {
    if (facts.weights().isEmpty()) {
      return;
    }
    TextTable table = TextTable.of(LEFT, RIGHT, RIGHT, RIGHT);
    table.row(
        terminal.dim("constants"),
        terminal.dim("tensors"),
        terminal.dim("elements"),
        terminal.dim("bytes"));
    for (ModelFacts.Weights weights : facts.weights()) {
      table.row(
          weights.type().name().toLowerCase(Locale.ROOT),
          Figures.whole(weights.tensors()),
          Figures.whole(weights.elements()),
          Figures.bytes(weights.bytes()));
    }
    text.append('\n').append(table.print("  "));
  }

  private void operators() {
    if (facts.operators().isEmpty()) {
      return;
    }
    int most = facts.operators().firstEntry().getValue();
    TextTable table = TextTable.of(LEFT, RIGHT, LEFT);
    facts.operators().entrySet().stream()
        .limit(MOST_ROWS)
        .forEach(operator ->
            table.row(
                Terminal.printable(operator.getKey()),
                Figures.whole(operator.getValue()),
                terminal.cyan(bar(operator.getValue(), most))));
    more(table, facts.operators().size());
    text.append('\n').append("  ").append(terminal.dim("operators")).append('\n');
    text.append(table.print("  "));
  }

  /** A bar in eighths of a cell, at least one eighth long. */
  private static String bar(int count, int most) {
    int eighths = Math.max(1, BAR_CELLS * 8 * count / most);
    String rest = eighths % 8 == 0 ? "" : String.valueOf((char) ('█' + 8 - eighths % 8));
    return "█".repeat(eighths / 8) + rest;
  }

  private void functions() {
    TextTable table = TextTable.of(LEFT, LEFT);
    facts.functions().stream()
        .limit(MOST_ROWS)
        .forEach(function ->
            table.row(
                Terminal.printable(function.domain() + "." + function.name()),
                plural(function.nodes(), "node")));
    more(table, facts.functions().size());
    section("functions", table);
  }

  private void metadata() {
    TextTable table = TextTable.of(LEFT, LEFT);
    for (Map.Entry<String, String> entry : facts.metadata().entrySet()) {
      table.row(
          Terminal.printable(entry.getKey()), shortened(Terminal.printable(entry.getValue())));
    }
    section("metadata", table);
  }

  private void section(String title, TextTable table) {
    if (!table.isEmpty()) {
      text.append('\n').append("  ").append(terminal.dim(title)).append('\n');
      text.append(table.print("  "));
    }
  }

  private void more(TextTable table, int all) {
    if (all > MOST_ROWS) {
      table.row(terminal.dim("and " + (all - MOST_ROWS) + " more"));
    }
  }

  private String shortened(String value) {
    int room = Math.max(20, terminal.columns() - 30);
    return value.length() <= room ? value : value.substring(0, room - 1) + "…";
  }

  private static String plural(long count, String noun) {
    return Figures.whole(count) + " " + noun + (count == 1 ? "" : "s");
  }
}

package dev.skerry.cli.report;

import dev.skerry.optimize.OptimizationReport;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * An optimization as JSON, for programs: the components of {@link OptimizationReport} under their
 * names, and before them {@code format}, which grows when a key changes its meaning or goes. All
 * keys are in {@code docs/reference/report-json.md}.
 */
public final class JsonReport {
  /** Version of the keys. */
  static final int FORMAT = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new FiniteNumbers())
                  .addSerializer(Double.class, new FiniteNumbers()))
          .build();

  private JsonReport() {}

  /** One document, ended by a line feed. */
  public static String render(OptimizationReport report) {
    ObjectNode document = MAPPER.createObjectNode().put("format", FORMAT);
    document.setAll(MAPPER.<ObjectNode>valueToTree(report));
    return MAPPER.writeValueAsString(document) + "\n";
  }

  /** JSON has no infinity: what is infinite or undefined becomes null. */
  private static final class FiniteNumbers extends ValueSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator out, SerializationContext context) {
      if (Double.isFinite(value)) {
        out.writeNumber(value);
      } else {
        out.writeNull();
      }
    }
  }
}

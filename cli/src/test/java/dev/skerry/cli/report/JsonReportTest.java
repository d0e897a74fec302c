package dev.skerry.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Form;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static JsonNode rendered() {
    return MAPPER.readTree(JsonReport.render(ReportExample.filled()));
  }

  @Test
  void render_ofAFilledReport_keepsItsFactsUnderTheirNames() {
    JsonNode report = rendered();

    assertThat(report.get("format").asInt()).isEqualTo(1);
    assertThat(report.get("madeAt").asString()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(report.at("/variants/0/measured/latency/p50Micros").asDouble()).isEqualTo(412);
    assertThat(report.at("/variants/0/decisions/0/form").asString()).isEqualTo("float");
    assertThat(report.at("/variants/2/outcome").asString()).isEqualTo("refused");
    assertThat(report.at("/variants/2/file").isNull()).isTrue();
    assertThat(report.at("/findings/0/severity").asString()).isEqualTo("problem");
  }

  @Test
  void render_ofAnInfiniteRatio_isNull() {
    JsonNode errors = rendered().at("/variants/0/tensorErrors");

    assertThat(errors.get(errors.size() - 1).get("signalToNoiseDb").isNull()).isTrue();
  }

  @Test
  void render_atTheTop_hasTheDocumentedKeysAndNoOthers() throws IOException {
    assertThat(rendered().propertyNames())
        .containsExactlyElementsOf(documentedKeys("The document"));
  }

  static Stream<Class<?>> records() {
    return Arrays.stream(OptimizationReport.class.getDeclaredClasses()).filter(Class::isRecord);
  }

  @ParameterizedTest
  @MethodSource("records")
  void reference_ofEachRecord_listsItsKeysInOrder(Class<?> type) throws IOException {
    List<String> keys =
        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList();

    assertThat(documentedKeys(type.getSimpleName())).isEqualTo(keys);
  }

  @Test
  void reference_ofForms_listsAll() throws IOException {
    assertThat(documentedKeys("Forms"))
        .isEqualTo(Arrays.stream(Form.values()).map(Form::toString).toList());
  }

  /** First cells of the table under {@code heading}. */
  private static List<String> documentedKeys(String heading) throws IOException {
    String reference =
        Files.readString(
            Path.of(System.getProperty("skerry.root"), "docs", "reference", "report-json.md"));
    int start = reference.indexOf("\n## " + heading + "\n");
    assertThat(start).as("a section '%s' in report-json.md", heading).isNotNegative();
    int end = reference.indexOf("\n## ", start + 1);
    String section = end < 0 ? reference.substring(start) : reference.substring(start, end);
    return Pattern.compile("^\\| `([^`]+)` \\|", Pattern.MULTILINE)
        .matcher(section)
        .results()
        .map((MatchResult row) -> row.group(1))
        .toList();
  }
}

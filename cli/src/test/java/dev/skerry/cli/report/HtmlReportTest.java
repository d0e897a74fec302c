package dev.skerry.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.DataFacts;
import dev.skerry.optimize.OptimizationReport.Measured;
import dev.skerry.optimize.OptimizationReport.ModelFacts;
import dev.skerry.optimize.OptimizationReport.Outcome;
import dev.skerry.optimize.OptimizationReport.Variant;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final String ATTACK = "<img src=x onerror=alert(1)>\"'&</script><script>{}";

  @Test
  void render_ofAFilledReport_showsWhatAUserLooksFor() {
    String page = HtmlReport.render(ReportExample.filled());

    assertThat(page)
        .contains("4.5× faster", "3.9× smaller", "87.41 %", "0.07 pp lost, 0.50 pp allowed")
        .contains("the closest lost 0.71 pp", "it is not for this machine")
        .contains("int8 is not faster: 3 input channels", "back to float: /features/stage1/conv2")
        .contains("2 networks were tried in 59 min", "trained for 12 epochs", "90× fewer")
        .contains("Before you trust these numbers", "Export the model in single precision.");
  }

  @Test
  void render_always_asksTheNetworkForNothing() {
    String page = HtmlReport.render(ReportExample.filled());

    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("http://", "https://", "@import");
    assertThat(Pattern.compile("\\b(src|href)=\"(?!#|data:,)").matcher(page).find()).isFalse();
  }

  @Test
  void render_withHostileNames_keepsThemText() {
    String page = HtmlReport.render(ReportExample.named(ATTACK));

    assertThat(page)
        .doesNotContain("<img")
        .contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;");
    assertThat(Pattern.compile("<script").matcher(page).results()).hasSize(1);
    assertThat(Pattern.compile("</script").matcher(page).results()).hasSize(1);
  }

  @Test
  void render_ofAnyNames_isWellFormed() throws Exception {
    assertThat(parsed(HtmlReport.render(ReportExample.filled()))).isNotNull();
    assertThat(parsed(HtmlReport.render(ReportExample.named(ATTACK)))).isNotNull();
  }

  @Test
  void render_always_givesIdsOnceAndLinksThatLead() throws Exception {
    Document page = parsed(HtmlReport.render(ReportExample.filled()));
    List<String> ids = attributes(page, "id");

    assertThat(ids).doesNotHaveDuplicates();
    assertThat(ids).containsAll(attributes(page, "aria-labelledby"));
    assertThat(ids).containsAll(attributes(page, "for"));
    assertThat(ids).containsAll(attributes(page, "data-filters"));
    assertThat(attributes(page, "href"))
        .filteredOn(link -> link.startsWith("#"))
        .isNotEmpty()
        .allSatisfy(link -> assertThat(ids).contains(link.substring(1)));
  }

  @Test
  void render_always_namesPlotsAndTablesForReadersWhoCannotSeeThem() throws Exception {
    Document page = parsed(HtmlReport.render(ReportExample.filled()));

    for (Element plot : elements(page, "svg")) {
      assertThat(plot.getAttribute("aria-label") + plot.getAttribute("aria-hidden")).isNotEmpty();
    }
    for (Element table : elements(page, "table")) {
      assertThat(table.getElementsByTagName("caption").getLength()).isEqualTo(1);
    }
  }

  @Test
  void render_withNothingMeasured_saysSo() throws Exception {
    OptimizationReport filled = ReportExample.filled();
    Measured unmeasured = new Measured(1_000, null, null, null);
    Variant bare =
        new Variant(
            "generic",
            false,
            "weights of 8 bits",
            Outcome.WRITTEN,
            "",
            "model.generic.onnx",
            "00",
            unmeasured,
            null,
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            null);
    OptimizationReport report =
        new OptimizationReport(
            filled.madeAt(),
            new ModelFacts("m", "0.0.0", "m.onnx", "00", 13, 1, 0),
            filled.machine(),
            new DataFacts(null, 0, null, 0, false),
            filled.goal(),
            unmeasured,
            null,
            List.of(),
            List.of(bare),
            null,
            List.of(),
            List.of(),
            null,
            List.of());

    String page = HtmlReport.render(report);

    assertThat(parsed(page)).isNotNull();
    assertThat(page).contains("not measured").doesNotContain("null", "NaN", "Infinity");
  }

  @Test
  void of_withAPartTooFew_throws() {
    assertThatIllegalArgumentException().isThrownBy(() -> Html.of("<b>{}</b>{}", "one"));
  }

  @Test
  void text_withControlsAndTurns_showsReplacements() {
    assertThat(Html.text("a\u0000b\u202Ec\uD800d").markup()).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd");
  }

  /** The page as XML, once the elements that HTML leaves open are closed. */
  private static Document parsed(String page) throws Exception {
    String closed =
        page.replace("<!doctype html>", "")
            .replaceAll("(?s)<script>.*</script>", "")
            .replaceAll("(?s)<style>.*</style>", "")
            .replaceAll("<(meta|link|input|wbr)\\b([^>]*)>", "<$1$2/>");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(closed)));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  private static List<String> attributes(Document page, String name) {
    return elements(page, "*").stream()
        .map(element -> element.getAttribute(name))
        .filter(value -> !value.isEmpty())
        .toList();
  }
}

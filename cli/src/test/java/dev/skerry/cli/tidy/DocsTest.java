package dev.skerry.cli.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.cli.CommandReference;
import dev.skerry.graph.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The documents say what the code does, and link to what exists. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");

  @Test
  void links_leadToFilesAndHeadings() {
    List<String> broken = new ArrayList<>();
    for (Path file : Repository.markdown()) {
      for (MatchResult link : LINK.matcher(Repository.read(file)).results().toList()) {
        if (!leadsSomewhere(file, link.group(1))) {
          broken.add(Repository.name(file) + " -> " + link.group(1));
        }
      }
    }

    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path from, String link) {
    URI uri = URI.create(link);
    if (uri.isAbsolute()) {
      return true; // the web is not for a test
    }
    Path target = uri.getPath().isEmpty() ? from : from.resolveSibling(uri.getPath()).normalize();
    return Files.exists(target)
        && (uri.getFragment() == null || anchors(target).contains(uri.getFragment()));
  }

  private static List<String> anchors(Path file) {
    return HEADING
        .matcher(Repository.read(file))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").strip().replace(' ', '-'))
        .toList();
  }

  @Test
  void errorCodes_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/errors.md"));

    assertThat(ErrorCode.values())
        .allSatisfy(code ->
            assertThat(page)
                .containsPattern("\\| `" + code.name() + "` +\\| +" + code.exitCode() + " "));
  }

  @Test
  void keysOfModelToml_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/model-toml.md"));
    String reader =
        Repository.read(
            Repository.file(
                "runtime/src/main/java/dev/skerry/runtime/describe/DescriptionReader.java"));
    List<String> keys =
        Pattern.compile("(?:able\\.\\w+|path)\\((?:table, )?\"([a-z-]+)\"")
            .matcher(reader)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    assertThat(keys).hasSizeGreaterThan(25);
    assertThat(keys).allSatisfy(key -> assertThat(page).contains("`" + key + "`"));
  }

  @Test
  void keysOfAgentToml_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/agent-toml.md"));
    String reader =
        Repository.read(
                Repository.file("agent/src/main/java/dev/skerry/agent/config/AgentConfig.java"))
            + Repository.read(
                Repository.file("agent/src/main/java/dev/skerry/agent/config/ModelTables.java"));
    List<String> keys =
        Pattern.compile("(?:read\\.\\w+\\(|positive\\(read, )\"([a-z-]+)\"")
            .matcher(reader)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    assertThat(keys).hasSizeGreaterThan(25);
    assertThat(keys)
        .allSatisfy(key -> assertThat(page).containsAnyOf("`" + key + "`", "## [" + key + "]"));
  }

  @Test
  void keysOfFleetToml_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/fleet-toml.md"));
    String reader =
        Repository.read(Repository.file("cli/src/main/java/dev/skerry/cli/fleet/FleetToml.java"));
    List<String> keys =
        Pattern.compile(
                "(?:text|path|address|days|table|perSecond|noted|choice)\\(\\s*\"([a-z-]+)\"")
            .matcher(reader)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    assertThat(keys).hasSizeGreaterThan(15);
    assertThat(keys)
        .allSatisfy(key -> assertThat(page).containsAnyOf("`" + key + "`", "## [" + key + "]"));
  }

  @Test
  void keysOfReport_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/report-json.md"));
    Class<?> report = dev.skerry.optimize.OptimizationReport.class;
    List<Class<?>> records = new ArrayList<>(List.of(report));
    records.addAll(Arrays.stream(report.getDeclaredClasses()).filter(Class::isRecord).toList());

    assertThat(records)
        .allSatisfy(type ->
            assertThat(type.getRecordComponents())
                .allSatisfy(key ->
                    assertThat(page)
                        .as(type.getSimpleName() + "." + key.getName())
                        .contains("`" + key.getName() + "`")));
  }

  @Test
  void keysOfManifest_areDocumented() {
    String page = Repository.read(Repository.file("docs/reference/manifest.md"));
    String writer =
        Repository.read(
            Repository.file("bundle/src/main/java/dev/skerry/bundle/release/ManifestWriter.java"));
    List<String> keys =
        Pattern.compile("(?:put|number|digest)\\(\\s*(?:object, )?\"(\\w+)\"")
            .matcher(writer)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    assertThat(keys).hasSizeGreaterThan(35);
    assertThat(keys).allSatisfy(key -> assertThat(page).contains("| `" + key + "` |"));
  }

  /** Run with {@code -Dskerry.regenerate=true} to write the page anew. */
  @Test
  void commandReference_isWhatTheCommandsSay() throws IOException {
    Path page = Repository.file("docs/reference/cli.md");
    String expected = CommandReference.markdown();
    if (Boolean.getBoolean("skerry.regenerate")) {
      Files.writeString(page, expected);
    }

    assertThat(Repository.read(page).lines().collect(Collectors.toList()))
        .as("docs/reference/cli.md; write it anew with -Dskerry.regenerate=true")
        .isEqualTo(expected.lines().toList());
  }
}

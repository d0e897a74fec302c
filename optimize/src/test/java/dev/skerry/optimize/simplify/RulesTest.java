package dev.skerry.optimize.simplify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RulesTest {
  @Test
  void lists_together_holdEveryRule() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Rules.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve(Rules.class.getPackageName().replace('.', '/'));
    List<String> written;
    try (Stream<Path> files = Files.list(classes)) {
      written =
          files
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".class") && !file.contains("$"))
              .map(file -> file.substring(0, file.length() - ".class".length()))
              .filter(RulesTest::isRule)
              .toList();
    }
    assertThat(all()).extracting(Step::name).containsAll(written);
  }

  @Test
  void lists_names_areUnique() {
    assertThat(all()).extracting(Step::name).doesNotHaveDuplicates();
  }

  private static List<Step> all() {
    return Stream.concat(
            Rules.beforeQuantizing().stream(), Arrays.stream(Layout.values()).map(Rules::of))
        .toList();
  }

  private static boolean isRule(String name) {
    try {
      Class<?> type = Class.forName(Rules.class.getPackageName() + "." + name);
      return !type.isInterface()
          && (Rule.class.isAssignableFrom(type) || GraphRule.class.isAssignableFrom(type));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}

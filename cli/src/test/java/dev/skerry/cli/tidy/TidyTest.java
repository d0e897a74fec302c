package dev.skerry.cli.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sizes stay small, nothing unfinished stays behind, and every rule is in its list. */
class TidyTest {
  private static final int FUNCTION_LINES = 70;
  private static final int FILE_LINES = 600;

  /** Functions that may be longer, with the lines they have now; entries shrink and go away. */
  private static final Map<String, Integer> LONG_FUNCTIONS = Map.of();

  /** Files that may be longer, with the lines they have now; entries shrink and go away. */
  private static final Map<String, Integer> LONG_FILES = Map.of();

  @Test
  void functions_areShort() {
    Map<String, Integer> found = new TreeMap<>();
    for (JavaSource.Method method : JavaSource.methods(Repository.java())) {
      if (method.lines() > FUNCTION_LINES) {
        found.merge(method.label(), method.lines(), Math::max);
      }
    }

    assertThat(found)
        .as(
            "functions above %d lines; split them, or shrink the list of exemptions",
            FUNCTION_LINES)
        .isEqualTo(LONG_FUNCTIONS);
  }

  @Test
  void files_areShort() {
    Map<String, Integer> found = new TreeMap<>();
    for (Path file : Repository.java()) {
      int lines = (int) Repository.read(file).lines().count();
      if (lines > FILE_LINES) {
        found.put(Repository.name(file), lines);
      }
    }

    assertThat(found)
        .as("files above %d lines; split them, or shrink the list of exemptions", FILE_LINES)
        .isEqualTo(LONG_FILES);
  }

  @Test
  void sources_holdNoLeftoverWork() {
    // Written in halves, so that this file does not find itself.
    Pattern leftover =
        Pattern.compile(String.join("|", "TO" + "DO", "FIX" + "ME", "X" + "XX\\b", "HA" + "CK\\b"));
    List<Path> files = new ArrayList<>(Repository.java());
    files.addAll(Repository.markdown());
    files.add(Repository.file("skerry"));
    files.add(Repository.file("pom.xml"));

    assertThat(files)
        .allSatisfy(file ->
            assertThat(Repository.read(file).lines().filter(leftover.asPredicate()))
                .as(Repository.name(file))
                .isEmpty());
  }

  @Test
  void packages_areNullMarked() {
    List<Path> folders = Repository.mainJava().stream().map(Path::getParent).distinct().toList();

    assertThat(folders)
        .allSatisfy(folder ->
            assertThat(Repository.read(folder.resolve("package-info.java")))
                .as(Repository.name(folder))
                .containsPattern("@(org.jspecify.annotations.)?NullMarked"));
  }

  @Test
  void simplifyRules_areRegistered() {
    Path folder = Repository.file("optimize/src/main/java/dev/skerry/optimize/simplify");

    assertThat(unregistered(folder, "GraphRule|Rule")).isEmpty();
  }

  @Test
  void doctorChecks_areRegistered() {
    Path folder = Repository.file("cli/src/main/java/dev/skerry/cli/doctor");

    assertThat(unregistered(folder, "ModelCheck|MachineCheck")).isEmpty();
  }

  /** Classes in {@code folder} that implement one of {@code interfaces} and are nowhere made. */
  private static List<String> unregistered(Path folder, String interfaces) {
    Pattern declares =
        Pattern.compile(
            "(?:class|record) (\\w+)[^{]* implements [^{]*\\b(?:" + interfaces + ")\\b");
    List<Path> files =
        Repository.mainJava().stream().filter(file -> folder.equals(file.getParent())).toList();
    String all = files.stream().map(Repository::read).collect(Collectors.joining("\n"));
    return files.stream()
        .flatMap(file -> declares.matcher(Repository.read(file)).results())
        .map(match -> match.group(1))
        .filter(name -> !Pattern.compile("new " + name + "\\b|" + name + "::").matcher(all).find())
        .toList();
  }

  @Test
  void launcherAndGate_areExecutable() {
    assertThat(List.of(Repository.file("skerry"), Repository.file(".ci/run")))
        .allMatch(Files::isExecutable);
  }
}

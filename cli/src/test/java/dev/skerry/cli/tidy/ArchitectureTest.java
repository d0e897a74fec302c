package dev.skerry.cli.tidy;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.skerry.optimize.OptimizationReport;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The arrows between modules, and calls that no code may make. */
class ArchitectureTest {
  private static final JavaClasses SHIPPED = shipped();

  /** Classes whose source lies under {@code src/main}. */
  private static JavaClasses shipped() {
    Set<String> names =
        Repository.mainJava().stream()
            .map(file -> file.toString().replaceAll(".*/src/main/java/|\\.java$", ""))
            .map(name -> name.replace('/', '.'))
            .collect(Collectors.toSet());
    return new ClassFileImporter()
        .importPackages("dev.skerry")
        .that(
            DescribedPredicate.describe(
                "are shipped", type -> names.contains(type.getName().replaceAll("\\$.*", ""))));
  }

  /** What a module may use besides itself and the JDK. */
  private record Module(String name, Set<String> modules, Set<String> libraries) {
    String[] allowed() {
      return Stream.of(
              Stream.of(
                  "java..",
                  "javax..",
                  "com.sun.management..",
                  "org.w3c.dom..",
                  "org.jspecify..",
                  "dev.skerry." + name + ".."),
              modules.stream().map(module -> "dev.skerry." + module + ".."),
              libraries.stream())
          .flatMap(packages -> packages)
          .toArray(String[]::new);
    }
  }

  private static final Set<Module> MODULES =
      Set.of(
          new Module("graph", Set.of(), Set.of()),
          new Module("runtime", Set.of("graph"), Set.of("ai.onnxruntime..", "tools.jackson..")),
          new Module(
              "optimize", Set.of("graph", "runtime"), Set.of("tools.jackson..", "org.ejml..")),
          new Module("bundle", Set.of(), Set.of()),
          new Module("wire", Set.of("bundle"), Set.of()),
          new Module("agent", Set.of("graph", "runtime", "bundle", "wire"), Set.of("io.helidon..")),
          new Module(
              "fleet",
              Set.of("bundle", "wire"),
              Set.of(
                  "io.helidon..",
                  "org.jdbi..",
                  "org.flywaydb..",
                  "com.zaxxer..",
                  "org.bouncycastle..",
                  "software.amazon.awssdk..",
                  "gg.jte..")),
          new Module(
              "cli",
              Set.of("graph", "runtime", "optimize", "bundle", "wire", "agent", "fleet"),
              Set.of("picocli..", "tools.jackson..")));

  @TestFactory
  Stream<DynamicTest> modules_useOnlyWhatTheyMay() {
    return MODULES.stream()
        .map(module ->
            DynamicTest.dynamicTest(
                module.name(),
                () ->
                    classes()
                        .that()
                        .resideInAPackage("dev.skerry." + module.name() + "..")
                        .should()
                        .onlyDependOnClassesThat(inPackages(module.allowed()))
                        .check(SHIPPED)));
  }

  /** Types in these packages, arrays of them, and primitives. */
  private static DescribedPredicate<JavaClass> inPackages(String... packages) {
    DescribedPredicate<JavaClass> inside = JavaClass.Predicates.resideInAnyPackage(packages);
    return DescribedPredicate.describe(
        "are in " + Stream.of(packages).collect(Collectors.joining(", ")),
        type ->
            type.getBaseComponentType().isPrimitive() || inside.test(type.getBaseComponentType()));
  }

  @Test
  void packages_formNoCycles() {
    // The report is plain data that every part of an optimization fills in.
    slices()
        .matching("dev.skerry.(**)")
        .should()
        .beFreeOfCycles()
        .ignoreDependency(
            DescribedPredicate.alwaysTrue(),
            JavaClass.Predicates.belongToAnyOf(OptimizationReport.class))
        .check(SHIPPED);
  }

  @Test
  void standardStreams_areUsedByTheTerminalOnly() {
    ArchRule rule =
        noClasses()
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("results go through cli's Terminal");
    rule.check(SHIPPED);
  }

  @Test
  void exit_isCalledByTheCommandOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.skerry.cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .because("a failure is a SkerryException, and its code decides the exit code")
        .check(SHIPPED);
  }

  @Test
  void clocks_areReadByTheTickerOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("dev.skerry.runtime.SystemTicker")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("durations come from dev.skerry.runtime.Ticker, which tests replace")
        .check(SHIPPED);
  }

  @Test
  void dates_areReadByTheCommandOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skerry.cli..")
        .should()
        .callMethod(Instant.class, "now")
        .because("the time of day is passed in by the command")
        .check(SHIPPED);
  }

  @Test
  void randomness_isSeeded() {
    noClasses()
        .should()
        .callConstructor(Random.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callConstructor(java.util.SplittableRandom.class)
        .orShould()
        .callMethod(java.util.concurrent.ThreadLocalRandom.class, "current")
        .because("a seeded RandomGenerator is passed in, so that every run can be repeated")
        .check(SHIPPED);
  }

  @Test
  void threads_doNotSleep() {
    noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callMethod(Thread.class, "sleep", java.time.Duration.class)
        .because("waiting is for a condition, with a deadline")
        .check(SHIPPED);
  }
}

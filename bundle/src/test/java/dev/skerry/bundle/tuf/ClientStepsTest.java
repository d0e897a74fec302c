package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each step of the client workflow refuses what it must (The Update Framework 1.0.34, §5). */
class ClientStepsTest extends ClientFixture {
  ClientStepsTest(@TempDir Path folder) {
    super(folder);
  }

  /** A step of the workflow, what the repository does there, and what it is refused as. */
  static Stream<Arguments> timestampSteps() {
    return Stream.of(
        Arguments.of(
            "5.4.2 timestamp unsigned",
            Attack.ARBITRARY_INSTALLATION,
            1,
            unsigned("timestamp.json")),
        Arguments.of(
            "5.4.3.1 timestamp goes back",
            Attack.ROLLBACK,
            1,
            change("timestamp.json", "timestamp", s -> s.put("version", 1))),
        Arguments.of(
            "5.4.3.2 its snapshot goes back",
            Attack.ROLLBACK,
            1,
            change(
                "timestamp.json",
                "timestamp",
                s -> s.put("meta", meta(Map.of("snapshot.json", 1L))))),
        Arguments.of(
            "5.4.4 timestamp expired",
            Attack.INDEFINITE_FREEZE,
            1,
            change("timestamp.json", "timestamp", s -> s.put("expires", "2029-12-31T23:59:59Z"))),
        Arguments.of(
            "5.4.3 timestamp leaps",
            Attack.FAST_FORWARD,
            1,
            change("timestamp.json", "timestamp", s -> s.put("version", 1L << 40))));
  }

  /** As {@link #timestampSteps}. */
  static Stream<Arguments> snapshotAndTargetsSteps() {
    return Stream.of(
        Arguments.of(
            "5.5.3 snapshot unsigned",
            Attack.ARBITRARY_INSTALLATION,
            2,
            unsigned("3.snapshot.json")),
        Arguments.of(
            "5.6.3 targets unsigned", Attack.ARBITRARY_INSTALLATION, 3, unsigned("3.targets.json")),
        Arguments.of(
            "5.5.4 snapshot of another version",
            Attack.MIX_AND_MATCH,
            2,
            change("3.snapshot.json", "snapshot", s -> s.put("version", 4))),
        Arguments.of(
            "5.5.5 targets go back in it",
            Attack.ROLLBACK,
            2,
            change(
                "3.snapshot.json",
                "snapshot",
                s -> s.put("meta", meta(Map.of("targets.json", 1L))))),
        Arguments.of(
            "5.5.5 targets vanish from it",
            Attack.ROLLBACK,
            2,
            change(
                "3.snapshot.json",
                "snapshot",
                s -> s.put("meta", meta(Map.of("others.json", 1L))))),
        Arguments.of(
            "5.5.6 snapshot expired",
            Attack.INDEFINITE_FREEZE,
            2,
            change("3.snapshot.json", "snapshot", s -> s.put("expires", "2030-01-01T00:00:00Z"))),
        Arguments.of(
            "5.6.4 targets of another version",
            Attack.MIX_AND_MATCH,
            3,
            change("3.targets.json", "targets", s -> s.put("version", 4))),
        Arguments.of(
            "5.6.5 targets expired",
            Attack.INDEFINITE_FREEZE,
            3,
            change("3.targets.json", "targets", s -> s.put("expires", "2029-01-01T00:00:00Z"))),
        Arguments.of(
            "5.5.2 snapshot of another hash",
            Attack.MIX_AND_MATCH,
            2,
            change("timestamp.json", "timestamp", s -> s.put("meta", hashed("snapshot.json", 3)))),
        Arguments.of(
            "5.6.2 targets of another hash",
            Attack.MIX_AND_MATCH,
            3,
            change("3.snapshot.json", "snapshot", s -> s.put("meta", hashed("targets.json", 3)))),
        Arguments.of(
            "5.5.1 snapshot longer than told",
            Attack.ENDLESS_DATA,
            2,
            change("timestamp.json", "timestamp", s -> s.put("meta", length("snapshot.json", 3)))));
  }

  private interface Step {
    void apply(ClientStepsTest test) throws IOException;
  }

  private static Step unsigned(String file) {
    return test ->
        Forgery.alter(test.metadata.resolve(file), test.metadata.resolve(file), _ -> {}, List.of());
  }

  private static Step change(String file, String role, Consumer<Json.ObjectBuilder> change) {
    return test -> test.alter(file, role, change);
  }

  private static Json hashed(String file, long version) {
    Json.Obj hashes = Json.object().put("sha256", "00".repeat(32)).build();
    return Json.object()
        .put(file, Json.object().put("version", version).put("hashes", hashes).build())
        .build();
  }

  private static Json length(String file, long version) {
    return Json.object()
        .put(file, Json.object().put("version", version).put("length", 10).build())
        .build();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"timestampSteps", "snapshotAndTargetsSteps"})
  void refresh_refusesAtStep(String name, Attack attack, int updated, Step step)
      throws IOException {
    TufClient client = client(disk);
    client.refresh();
    Map<String, String> before = contents();
    publish("b", "1");
    step.apply(this);

    assertThatThrownBy(client::refresh)
        .as(name)
        .isInstanceOfSatisfying(TrustException.class, e -> assertThat(e.attack()).contains(attack));

    // Roles before the refused one may be newer; the refused one and those after it are as before.
    List<String> order = List.of("root.json", "timestamp.json", "snapshot.json", "targets.json");
    Map<String, String> after = contents();
    for (String file : order.subList(updated, order.size())) {
      assertThat(after.get(file)).as(file).isEqualTo(before.get(file));
    }
  }
}

package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.SigningKey;
import dev.skerry.bundle.key.TestKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Targets of delegated roles (The Update Framework 1.0.34, §5.6.7). */
class DelegationTest extends ClientFixture {
  DelegationTest(@TempDir Path folder) {
    super(folder);
  }

  private static Json.Obj role(String name, boolean terminating, String... patterns) {
    SigningKey key = TestKeys.named("delegate/" + name);
    return Json.object()
        .put("name", name)
        .put("keyids", Json.texts(List.of(key.verifying().id())))
        .put("threshold", 1)
        .put("terminating", terminating)
        .put("paths", Json.texts(List.of(patterns)))
        .build();
  }

  private static Json delegations(Json.Obj... roles) {
    Json.ObjectBuilder listed = Json.object();
    for (Json.Obj role : roles) {
      String name = ((Json.Text) Objects.requireNonNull(role.members().get("name"))).value();
      SigningKey key = TestKeys.named("delegate/" + name);
      listed.put(key.verifying().id(), key.verifying().json());
    }
    return Json.object().put("keys", listed.build()).put("roles", List.of(roles)).build();
  }

  private void writeRole(String name, Json delegations, String... targets) throws IOException {
    Json.ObjectBuilder listed = Json.object();
    for (String target : targets) {
      listed.put(
          target,
          Json.object()
              .put("length", 1)
              .put("hashes", Json.object().put("sha256", "00".repeat(32)).build())
              .build());
    }
    Forgery.write(
        metadata.resolve("1." + name + ".json"),
        RoleJson.head("targets", 1, "2031-01-01T00:00:00Z")
            .put("targets", listed.build())
            .put("delegations", delegations)
            .build(),
        List.of(TestKeys.named("delegate/" + name)));
  }

  private TrustedTargets delegated(Json delegations, String... roles) throws IOException {
    alter("2.targets.json", "targets", s -> s.put("delegations", delegations));
    Map<String, Long> versions = new java.util.LinkedHashMap<>();
    versions.put("targets.json", 2L);
    for (String role : roles) {
      versions.put(role + ".json", 1L);
    }
    alter("2.snapshot.json", "snapshot", s -> s.put("meta", meta(versions)));
    TrustedTargets targets = client(disk).refresh();
    requests.clear();
    return targets;
  }

  @Test
  void find_goesDepthFirstAndEndsAtTerminating() throws IOException {
    writeRole("A", delegations(role("C", true, "*"), role("D", false, "*")));
    writeRole("B", delegations());
    writeRole("C", delegations(role("A", false, "*")));
    writeRole("D", delegations());
    TrustedTargets targets =
        delegated(delegations(role("A", false, "*"), role("B", false, "*")), "A", "B", "C", "D");

    assertThat(targets.find("missing")).isEmpty();
    assertThat(requests).containsExactly("1.A.json", "1.C.json");
  }

  @Test
  void find_paths() throws IOException {
    writeRole("A", delegations(role("C", false, "releases/x/*")), "releases/z/1", "releases/x/2");
    writeRole("C", delegations(), "releases/x/1", "releases/z/2", "deep/er/1");
    TrustedTargets targets = delegated(delegations(role("A", false, "releases/*/*")), "A", "C");

    assertThat(targets.find("releases/z/1")).isPresent();
    assertThat(targets.find("releases/x/1")).isPresent();
    assertThat(targets.find("releases/z/2")).as("C is not trusted with it").isEmpty();
    assertThat(targets.find("deep/er/1")).as("nobody is trusted with it").isEmpty();
    assertThatThrownBy(() -> targets.require("deep/er/1"))
        .hasMessageContaining("extraneous dependencies");
  }

  @Test
  void find_roleWithWrongKey_endsTheSearch() throws IOException {
    writeRole("A", delegations(), "x");
    Forgery.alter(
        metadata.resolve("1.A.json"),
        metadata.resolve("1.A.json"),
        _ -> {},
        List.of(TestKeys.named("somebody")));
    TrustedTargets targets = delegated(delegations(role("A", false, "*")), "A");
    assertThatThrownBy(() -> targets.find("x"))
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("1.A.json is signed by 0 of the keys");
    assertThat(trusted()).doesNotContain("A.json");
  }

  @Test
  void find_roleNamedAsTopLevel() {
    assertThatThrownBy(() -> delegated(delegations(role("root", false, "*")), "root"))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("which no delegated role may have");
  }

  @ParameterizedTest
  @CsvSource({
    "*.md, README.md, true",
    "*.md, doc/README.md, false",
    "doc/*, doc/a, true",
    "doc/*, doc/a/b, false",
    "doc/?.md, doc/a.md, true",
    "doc/?.md, doc/ab.md, false",
    "*a*b*c, xxaxxbxxc, true",
    "*a*b*c, xxaxxbxx, false",
    "*, '', true",
    "a, a, true",
    "a?, a, false"
  })
  void pattern_matches(String pattern, String path, boolean expected) {
    assertThat(new PathPattern(pattern).matches(path)).isEqualTo(expected);
  }
}

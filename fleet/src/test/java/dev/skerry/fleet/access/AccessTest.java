package dev.skerry.fleet.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Ids;
import dev.skerry.fleet.store.TestDatabases;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTest {
  @TempDir private Path folder;

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final InstantSource time = now::get;
  private final SecureRandom random = new SecureRandom();

  private AccessTokens tokens(Database database) {
    Audit audit = new Audit(database, new Ids(time, random), time);
    return new AccessTokens(database, audit, new Secrets(random), time, "0".repeat(32));
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void token_holdsUntilItExpiresOrIsRevoked(TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder)) {
      AccessTokens tokens = tokens(database);
      AccessTokens.Created token =
          tokens.create("root", "anna", Scope.OPERATOR, Duration.ofDays(1));
      AccessTokens.Created other = tokens.create("root", "ben", Scope.VIEWER, Duration.ofDays(9));

      assertThat(tokens.authenticate(token.text()))
          .hasValue(new Principal("anna", Scope.OPERATOR, token.token().id()));
      assertThat(tokens.authenticate(token.text().replace(token.token().id(), other.token().id())))
          .isEmpty();
      now.updateAndGet(at -> at.plus(Duration.ofDays(2)));
      assertThat(tokens.authenticate(token.text())).isEmpty();
      assertThat(tokens.authenticate(other.text())).isPresent();
      tokens.revoke("root", other.token().id());
      assertThat(tokens.authenticate(other.text())).isEmpty();
      assertThatThrownBy(() -> tokens.revoke("root", other.token().id()))
          .isInstanceOf(FleetException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void secrets_areNotInTheDatabase(TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder)) {
      String text = tokens(database).create("root", "anna", Scope.ADMIN, Duration.ofDays(1)).text();
      String secret = text.substring(text.indexOf('_', 4) + 1, text.lastIndexOf('_'));

      String row =
          database.read(handle ->
              handle.createQuery("select * from access_tokens").mapToMap().one().toString());

      assertThat(secret).hasSize(64);
      assertThat(row).contains("anna").doesNotContain(secret);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void session_endsWithItsToken(TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder)) {
      AccessTokens tokens = tokens(database);
      Sessions sessions = new Sessions(database, tokens, new Secrets(random), time);
      AccessTokens.Created token = tokens.create("root", "anna", Scope.VIEWER, Duration.ofDays(9));

      String first = sessions.open(token.text()).orElseThrow();
      String second = sessions.open(token.text()).orElseThrow();
      assertThat(sessions.find(first).orElseThrow().csrf())
          .isNotEqualTo(sessions.find(second).orElseThrow().csrf());
      sessions.close(first);
      assertThat(sessions.find(first)).isEmpty();
      tokens.revoke("root", token.token().id());
      assertThat(sessions.find(second)).isEmpty();
      assertThat(sessions.open("sku_x_y")).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void audit_isListedNewestFirst(TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder)) {
      // Two processes with the same clock.
      Audit here = new Audit(database, new Ids(time, random), time);
      Audit there = new Audit(database, new Ids(time, random), time);
      for (int i = 0; i < 20; i++) {
        String subject = "s" + i % 2;
        database.change(handle -> here.record(handle, "anna", "x", subject, "", ""));
        database.change(handle -> there.record(handle, "ben", "y", subject, "", ""));
      }

      assertThat(here.list(Long.MAX_VALUE, "", 100))
          .hasSize(40)
          .extracting(Audit.Entry::id)
          .isSortedAccordingTo(Comparator.reverseOrder());
      assertThat(here.list(Long.MAX_VALUE, "s1", 100)).hasSize(20);
      long fifth = here.list(Long.MAX_VALUE, "", 5).getLast().id();
      assertThat(here.list(fifth, "", 100)).hasSize(35);
    }
  }

  @Test
  void rateLimiter_refillsWithTime() {
    AtomicLong nanos = new AtomicLong();
    RateLimiter limiter = new RateLimiter(2, 3, 10, nanos::get);

    assertThat(limiter.take("a")).isTrue();
    assertThat(limiter.take("a")).isTrue();
    assertThat(limiter.take("a")).isTrue();
    assertThat(limiter.take("a")).isFalse();
    assertThat(limiter.allows("b")).isTrue();
    nanos.addAndGet(500_000_000);
    assertThat(limiter.take("a")).isTrue();
    assertThat(limiter.take("a")).isFalse();
  }
}

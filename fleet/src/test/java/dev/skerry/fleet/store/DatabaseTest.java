package dev.skerry.fleet.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.problem.FleetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void writers_atTheSameTime_loseNothing(TestDatabases.Kind kind) throws Exception {
    try (Database database = TestDatabases.open(kind, folder);
        Versions versions = Versions.start(database);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Boolean>> work =
          IntStream.range(0, 100)
              .<Callable<Boolean>>mapToObj(_ ->
                  () ->
                      database.write(handle -> {
                        versions.bump(handle, "x");
                        return true;
                      }))
              .toList();
      for (var done : threads.invokeAll(work)) {
        assertThat(done.get()).isTrue();
      }
      versions.refresh();

      assertThat(versions.current("x")).isEqualTo(100);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void write_thatThrows_leavesNothing(TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder);
        Versions versions = Versions.start(database)) {
      assertThatThrownBy(() ->
              database.change(handle -> {
                versions.bump(handle, "x");
                throw new IllegalStateException("stop");
              }))
          .hasMessage("stop");
      versions.refresh();

      assertThat(versions.current("x")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void read_insideAnother_isRefused_becauseItWouldWaitForASecondConnection(
      TestDatabases.Kind kind) {
    try (Database database = TestDatabases.open(kind, folder)) {
      assertThatThrownBy(() -> database.change(_ -> database.read(_ -> true)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("use its handle");
      assertThat(database.<Boolean>read(_ -> true)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void await_ofAnotherProcess_seesTheChange(TestDatabases.Kind kind) throws Exception {
    Database.Place place = TestDatabases.place(kind, folder);
    try (Database here = Database.open(place);
        Database there = Database.open(place);
        Versions mine = Versions.start(here);
        Versions theirs = Versions.start(there)) {
      there.change(handle -> theirs.bump(handle, "x"));

      assertThat(mine.await("x", 0, Duration.ofSeconds(30))).isEqualTo(1);
    }
  }

  @Test
  void open_anotherKindOfDatabase_saysWhatWasExpected() {
    assertThatThrownBy(() -> Database.open(Database.Place.of("jdbc:mysql://x/y")))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("jdbc:sqlite:FILE");
  }

  @Test
  void open_aServerThatIsNotThere_saysWhich() {
    assertThatThrownBy(() -> Database.open(Database.Place.of("jdbc:postgresql://localhost:1/x")))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("jdbc:postgresql://localhost:1/x");
  }
}

package dev.skerry.fleet.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DesiredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DesiredStatesTest {
  @TempDir private Path folder;

  private final AtomicLong counter = new AtomicLong(1);

  private DesiredStates states(RegistryFixture registry) {
    return new DesiredStates(
        registry.devices,
        _ -> List.of(new DesiredModel("m", counter.get(), 0, "because")),
        registry.versions,
        registry.time(),
        300);
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void waitingPoll_isAnsweredWhenTheAssignmentChanges(TestDatabases.Kind kind) throws Exception {
    try (RegistryFixture registry = new RegistryFixture(kind, folder);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      DesiredStates states = states(registry);
      DeviceView device = registry.add("a").view();
      String known = states.now(device).etag();

      Future<Optional<Desired>> waiting =
          threads.submit(() -> states.changed(device, known, Duration.ofSeconds(60)));
      while (states.waiting() == 0) {
        Thread.onSpinWait();
      }
      // Something changes, but nothing for this device; then something does.
      registry.database.change(handle -> registry.versions.bump(handle, Assignments.VERSION));
      counter.set(2);
      registry.database.change(handle -> registry.versions.bump(handle, Assignments.VERSION));

      assertThat(waiting.get().orElseThrow().models().getFirst().counter()).isEqualTo(2);
      assertThat(states.waiting()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void poll_thatChangesNothing_writesNothing(TestDatabases.Kind kind) throws Exception {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      DesiredStates states = states(registry);
      DeviceView device = registry.add("a").view();
      DeviceEntry before = registry.devices.find("a").orElseThrow();

      String known = states.now(device).etag();

      assertThat(states.changed(device, known, Duration.ZERO)).isEmpty();
      assertThat(registry.devices.find("a").orElseThrow()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void lastSeen_isWrittenInBatchesAndNeverGoesBack(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder);
        LastSeen here = LastSeen.start(registry.database, registry.time());
        LastSeen there = LastSeen.start(registry.database, registry.time())) {
      List<String> ids = IntStream.range(0, 1200).mapToObj(i -> "device-" + i).toList();
      registry.addAll(ids);
      ids.forEach(here::note);
      Instant first = registry.time().instant();
      here.flush();
      assertThat(registry.devices.seenSince(first)).isEqualTo(1200);

      registry.pass(Duration.ofMinutes(1));
      there.note("device-7");
      there.flush();
      registry.pass(Duration.ofMinutes(-1));
      here.note("device-7");
      here.flush();

      assertThat(registry.devices.find("device-7").orElseThrow().lastSeen())
          .hasValue(first.plus(Duration.ofMinutes(1)));
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void list_goesPageByPage(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      registry.addAll(IntStream.range(0, 25).mapToObj("device-%02d"::formatted).toList());

      Devices.Page first = registry.devices.list(view -> !view.id().endsWith("3"), "", 10);
      Devices.Page second =
          registry.devices.list(view -> !view.id().endsWith("3"), first.next().orElseThrow(), 100);

      assertThat(first.devices()).hasSize(10);
      assertThat(second.devices()).hasSize(12);
      assertThat(second.next()).isEmpty();
      assertThat(second.devices().getFirst().id()).isGreaterThan(first.devices().getLast().id());
    }
  }
}

package dev.skerry.fleet.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.store.TestDatabases;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.QualityRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReportsTest {
  @TempDir private Path folder;

  private final List<ReportListener.News> heard = new ArrayList<>();

  private Reports reports(RegistryFixture registry) {
    return new Reports(
        registry.database, registry.devices, (_, _, news) -> heard.add(news), registry.time());
  }

  private static DeviceReport report(List<QualityRecord> quality, Long... events) {
    return new DeviceReport(
        Optional.empty(),
        new LinkedHashMap<>(Map.of()),
        List.of(),
        List.of(events).stream().map(ReportsTest::event).toList(),
        quality);
  }

  private static EventRecord event(long sequence) {
    return new EventRecord(sequence, Instant.EPOCH, "m", 1, "active", "held", "text " + sequence);
  }

  private static LatencySketch latency(long count, long nanos) {
    return LatencySketch.ofNanos(LongStream.range(0, count).map(_ -> nanos).toArray());
  }

  private static QualityRecord served(long requests, long failed) {
    return new QualityRecord(
        "m",
        1,
        "run",
        QualityRecord.Side.SERVED,
        requests,
        failed,
        latency(requests - failed, 1_000_000),
        Optional.empty(),
        OptionalLong.of(42));
  }

  private static QualityRecord shadow(long compared, long agreed) {
    LatencySketch latency = latency(compared, 2_000_000);
    return new QualityRecord(
        "m",
        2,
        "run",
        QualityRecord.Side.SHADOW,
        compared,
        0,
        latency,
        Optional.of(new QualityRecord.Compared(1, compared, agreed, 0, latency)),
        OptionalLong.empty());
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void totals_becomeWhatIsNew(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      Reports reports = reports(registry);
      Devices.Caller device = registry.add("a");

      reports.store(device, report(List.of(served(10, 1))));
      reports.store(device, report(List.of(served(25, 2))));
      reports.store(device, report(List.of(served(25, 2)))); // came twice
      reports.store(device, report(List.of(served(10, 1)))); // came late

      assertThat(heard).hasSize(2);
      assertThat(heard.getFirst().quality().getFirst().first()).isTrue();
      ReportListener.QualityDelta second = heard.getLast().quality().getFirst();
      assertThat(second.first()).isFalse();
      assertThat(second.added().requests()).isEqualTo(15);
      assertThat(second.added().failed()).isEqualTo(1);
      assertThat(second.added().latency().count()).isEqualTo(14);
      assertThat(reports.quality("a", 10)).containsExactly(served(25, 2));
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void comparison_isWhatCameSince(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      Reports reports = reports(registry);
      Devices.Caller device = registry.add("a");

      reports.store(device, report(List.of(shadow(10, 9))));
      reports.store(device, report(List.of(shadow(30, 27))));

      QualityRecord.Compared added =
          heard.getLast().quality().getFirst().added().shadow().orElseThrow();
      assertThat(added.compared()).isEqualTo(20);
      assertThat(added.agreed()).isEqualTo(18);
      assertThat(added.activeLatency().count()).isEqualTo(20);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void events_areStoredOnceAndAcknowledged(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      Reports reports = reports(registry);
      Devices.Caller device = registry.add("a");

      reports.store(device, report(List.of(), 1L, 2L));
      Reports.Stored stored = reports.store(device, report(List.of(), 2L, 3L, 7L));

      assertThat(stored.acknowledged()).isEqualTo(7);
      assertThat(heard.getLast().events())
          .extracting(EventRecord::sequence)
          .containsExactly(3L, 7L);
      assertThat(reports.events("a", Long.MAX_VALUE, 10))
          .extracting(EventRecord::sequence)
          .containsExactly(7L, 3L, 2L, 1L);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void listenerThatFails_undoesTheReport(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      Reports failing =
          new Reports(
              registry.database,
              registry.devices,
              (_, _, _) -> {
                throw new IllegalStateException("no");
              },
              registry.time());
      Devices.Caller device = registry.add("a");

      assertThatThrownBy(() -> failing.store(device, report(List.of(served(1, 0)), 1L)))
          .hasMessage("no");

      assertThat(failing.events("a", Long.MAX_VALUE, 10)).isEmpty();
      assertThat(failing.quality("a", 10)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void labelsOfTheDevice_changeItsVersionOnce(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder)) {
      Reports reports = reports(registry);
      Devices.Caller device = registry.add("a");
      registry.devices.setLabels("anna", "a", Map.of("site", "berlin"));
      DeviceReport report =
          new DeviceReport(
              Optional.of(RegistryFixture.FACTS),
              new LinkedHashMap<>(Map.of("site", "köln", "line", "4")),
              List.of(),
              List.of(),
              List.of());

      DeviceView first = reports.store(device, report).device();
      DeviceView second = reports.store(device, report).device();

      assertThat(first.labels()).isEqualTo(Map.of("site", "berlin", "line", "4"));
      assertThat(first.version()).isEqualTo(3);
      assertThat(second).isEqualTo(first);
      assertThat(heard).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestDatabases.Kind.class)
  void retention_forgetsWhatIsOld(TestDatabases.Kind kind) {
    try (RegistryFixture registry = new RegistryFixture(kind, folder);
        Retention retention =
            new Retention(
                registry.database, registry.time(), Duration.ofDays(30), Duration.ofDays(90))) {
      Reports reports = reports(registry);
      Devices.Caller device = registry.add("a");
      reports.store(device, report(List.of(served(1, 0)), 1L));
      registry.pass(Duration.ofDays(40));
      reports.store(device, report(List.of(), 2L));

      retention.run();
      assertThat(reports.events("a", Long.MAX_VALUE, 10)).hasSize(1);
      assertThat(reports.quality("a", 10)).hasSize(1);

      registry.pass(Duration.ofDays(60));
      retention.run();
      assertThat(reports.quality("a", 10)).isEmpty();
    }
  }
}

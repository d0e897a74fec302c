package dev.skerry.agent.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.agent.sim.SimulatedDisk;
import dev.skerry.agent.sim.SimulatedDisk.Loss;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.wire.EventRecord;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Path DATA = Path.of("/data");
  private static final Path LOG = DATA.resolve("events.log");

  private final SimulatedDisk disk = new SimulatedDisk();

  private static EventRecord event(String text) {
    return new EventRecord(0, Instant.EPOCH, "m", 1, "idle", "done", text);
  }

  private Journal open() {
    return Journal.open(disk, DATA, _ -> {});
  }

  private List<String> texts() {
    return Journal.read(disk, DATA, 100).stream().map(EventRecord::text).toList();
  }

  @Test
  void append_isDurable() {
    open().append(event("one"));
    disk.restart(Loss.LOST, 1);

    assertThat(texts()).containsExactly("one");
  }

  @Test
  void append_numbersOnAfterARestart() {
    open().append(event("one"));
    open().append(event("two"));

    assertThat(Journal.read(disk, DATA, 100).stream().map(EventRecord::sequence))
        .containsExactly(1L, 2L);
  }

  @Test
  void append_keepsTextToOneLine() {
    open().append(event("two\nlines \"quoted\" \\ \u0007"));

    assertThat(texts()).containsExactly("two lines \"quoted\" \\  ");
  }

  @Test
  void open_cutsOffALineThatPowerCutInHalf() {
    open().append(event("one"));
    try (Disk.Output out = disk.append(LOG)) {
      out.write("0badc0de {\"sequ".getBytes(StandardCharsets.UTF_8));
    }
    open().append(event("two"));

    assertThat(texts()).containsExactly("one", "two");
  }

  @Test
  void append_staysBounded() {
    Journal journal = open();
    String text = "x".repeat(10_000);
    for (int i = 0; i < 200; i++) {
      journal.append(event(i + text));
    }

    long bytes = disk.files().values().stream().mapToLong(Long::longValue).sum();
    assertThat(bytes).isLessThanOrEqualTo(2 * Journal.MOST_BYTES);
    assertThat(journal.read(1).getFirst().text()).startsWith("199x");
    assertThat(journal.read(1).getFirst().sequence()).isEqualTo(200);
  }
}

package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.key.KeyRing.Guard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Power is cut at every operation of an update and of a publication. */
class InterruptionTest extends ClientFixture {
  InterruptionTest(@TempDir Path folder) {
    super(folder);
  }

  @Test
  void refresh_cutAtAnyOperation_goesOnAfterwards() throws IOException {
    repository.rotate("timestamp", Guard.NONE);
    for (int operations = 0; ; operations++) {
      FailingDisk failing = new FailingDisk(disk, operations);
      try {
        client(disk).refresh();
        publish("b", "content " + operations);
        repository.rotate("snapshot", Guard.NONE);
        client(failing).refresh();
        assertThat(operations).isGreaterThan(15);
        return;
      } catch (UncheckedIOException e) {
        TrustedTargets targets = client(disk).refresh();
        assertThat(targets.download(targets.require("b"), "targets/"))
            .asString()
            .isEqualTo("content " + operations);
      }
    }
  }

  @Test
  void publish_cutAtAnyOperation_leavesARepositoryThatDevicesRead() throws IOException {
    for (int operations = 0; ; operations++) {
      FailingDisk failing = new FailingDisk(disk, operations);
      TufRepository cut = TufRepository.open(failing, folder.resolve("repo"), keys, time);
      failing.begin();
      try {
        cut.publish(
            Map.of(
                "b" + operations, new TufRepository.Target(new byte[] {1}, Json.object().build())));
        cut.rotate("targets", Guard.NONE);
        cut.rotate("timestamp", Guard.NONE);
        assertThat(operations).isGreaterThan(30);
        return;
      } catch (UncheckedIOException e) {
        assertThat(client(disk).refresh().find(PATH)).isPresent();
        publish("c", "content " + operations);
        TrustedTargets targets = client(disk).refresh();
        assertThat(targets.download(targets.require("c"), "targets/"))
            .asString()
            .isEqualTo("content " + operations);
      }
    }
  }
}

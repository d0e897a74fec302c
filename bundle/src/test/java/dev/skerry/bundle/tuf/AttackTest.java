package dev.skerry.bundle.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.Attack;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.net.FolderRemote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each attack of The Update Framework, §1.5.2, is refused with an error that names it. */
class AttackTest {
  private static final Path FIXTURES = Path.of("src/test/resources/tuf");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void refresh_underAttack(Attack attack) throws IOException {
    Path device = folder.resolve("device");
    Path fixture = FIXTURES.resolve(AttackFixtures.name(attack));
    Forgery.copy(fixture.resolve("device"), device);
    TestTime time = new TestTime();
    time.pass(attack == Attack.INDEFINITE_FREEZE ? Duration.ofDays(60) : Duration.ofHours(1));
    TufClient client =
        new TufClient(
            new SystemDisk(),
            device,
            new FolderRemote(fixture.resolve("repo")),
            "metadata/",
            time,
            TufLimits.usual());
    String wanted =
        attack == Attack.EXTRANEOUS_DEPENDENCIES ? AttackFixtures.EXTRA : AttackFixtures.MODEL;

    assertThatThrownBy(
            () -> {
              TrustedTargets targets = client.refresh();
              targets.download(targets.require(wanted), "targets/");
            })
        .isInstanceOfSatisfying(TrustException.class, e -> assertThat(e.attack()).contains(attack))
        .hasMessageContaining("the attack '" + attack.title() + "'");
  }

  /** Run with {@code -Dskerry.regenerate=true} to write them anew. */
  @ParameterizedTest
  @EnumSource
  void fixture_isAsGenerated(Attack attack) throws IOException {
    Path fresh = folder.resolve("fresh");
    AttackFixtures.make(attack, fresh);
    Path fixture = FIXTURES.resolve(AttackFixtures.name(attack));
    if (Boolean.getBoolean("skerry.regenerate")) {
      Forgery.copy(fresh, fixture);
    }
    List<String> names = files(fresh);
    assertThat(files(fixture)).isEqualTo(names);
    for (String name : names) {
      assertThat(fixture.resolve(name)).hasSameBinaryContentAs(fresh.resolve(name));
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}

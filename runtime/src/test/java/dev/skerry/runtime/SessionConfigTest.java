package dev.skerry.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionConfigTest {
  private static final SessionConfig STANDARD = SessionConfig.standard();

  @Test
  void standard_isOneThreadOnTheProcessorWithoutSpinning() {
    assertThat(STANDARD.threads()).isEqualTo(1);
    assertThat(STANDARD.spinning()).isFalse();
    assertThat(STANDARD.providers()).containsExactly(Provider.CPU);
  }

  @Test
  void withEntry_takesKeysThatTheEngineReads() {
    SessionConfig config = STANDARD.withEntry("session.disable_prepacking", "1");
    try (Session session = Session.open(SmallModels.identity(DataType.FLOAT), config)) {
      assertThat(session.config().entries()).containsEntry("session.disable_prepacking", "1");
    }
  }

  @Test
  void withEntry_mistyped_namesTheNearestKey() {
    assertUsage(
        () -> STANDARD.withEntry("sesion.disable_prepackin", "1"),
        "'sesion.disable_prepackin'; did you mean 'session.disable_prepacking'?");
    assertUsage(
        () -> STANDARD.withEntry("session.intra_op.allow_spining", "1"),
        "set SessionConfig.spinning");
    assertUsage(
        () -> STANDARD.withEntry("memory.enable_memory_arena_shrinkage", "cpu:0"),
        "set SessionConfig.arenaShrinkage");
    assertUsage(() -> STANDARD.withEntry("nothing like it", "1"), "'nothing like it'");
  }

  @Test
  void withProviders_mistyped_namesTheNearestProvider() {
    assertUsage(
        () -> STANDARD.withProviders(Provider.named("xnnpak")),
        "unknown execution provider 'xnnpak'; did you mean 'xnnpack'?");
  }

  @Test
  void withProviders_takesTheEnginesOwnNames() {
    assertThat(Provider.named("CPUExecutionProvider")).isEqualTo(Provider.CPU);
  }

  @Test
  void withThreads_outOfRange_isRefused() {
    assertUsage(() -> STANDARD.withThreads(0), "threads must be from 1 to 1024, not 0");
  }

  private static void assertUsage(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
        .hasMessageContaining(message);
  }

  @Test
  void open_withAbsentProvider_fails() {
    assertThatThrownBy(() -> open(STANDARD.withProviders(Provider.named("qnn"))))
        .isInstanceOfSatisfying(
            SkerryException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ENGINE))
        .hasMessageContaining("provider 'qnn' is not in this build")
        .hasMessageContaining("which has cpu");
  }

  @Test
  void open_withAbsentProvider_fallsBackWhenAllowed_andSaysSo() {
    SessionConfig config =
        STANDARD.withProviders(Provider.named("cuda"), Provider.CPU).withCpuFallback(true);
    try (Session session = open(config)) {
      assertThat(session.warnings())
          .singleElement()
          .asString()
          .startsWith("not run on cuda but without it: provider 'cuda' is not in this build");
      Tensor given = Tensor.ofFloats(new long[] {1, 3}, 1, 2, 3);
      assertThat(session.run(Map.of("x", given))).hasSize(1);
    }
  }

  @Test
  void open_withMissingPlugin_namesItsFile(@TempDir Path folder) {
    Provider plugin = Provider.plugin("npu", folder.resolve("libnpu.so"), Map.of());
    assertThatThrownBy(() -> open(STANDARD.withProviders(plugin)))
        .hasMessageContaining("plugin library of provider 'npu'")
        .hasMessageContaining("libnpu.so");
  }

  @Test
  void open_withPluginThatIsNone_saysWhatTheEngineSays(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("libnpu.so"), "no library");
    Provider plugin = Provider.plugin("npu", file, Map.of());
    assertThatThrownBy(() -> open(STANDARD.withProviders(plugin)))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("libnpu.so");
  }

  private static Session open(SessionConfig config) {
    return Session.open(SmallModels.identity(DataType.FLOAT), config);
  }

  @Test
  void devices_listTheProcessor() {
    assertThat(Devices.list()).extracting(Device::provider).contains("cpu");
    assertThat(Engine.providers()).contains("cpu");
    assertThat(Engine.version()).startsWith("1.29");
  }
}

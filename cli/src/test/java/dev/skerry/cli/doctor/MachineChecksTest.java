package dev.skerry.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.optimize.OptimizationReport.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines are folders of files as the kernel shows them. */
class MachineChecksTest {
  @TempDir Path root;

  @BeforeEach
  void quietMachine() throws IOException {
    file("proc/cpuinfo", cpu("avx2 avx512_vnni").repeat(4));
    file("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
    file("proc/loadavg", "0.10 0.20 0.30 1/100 1\n");
    file("sys/fs/cgroup/cpu.max", "max 100000\n");
  }

  private static String cpu(String flags) {
    return "processor : 0\nmodel name : Test CPU\nflags : " + flags + "\n\n";
  }

  private void file(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Machine machine() {
    return Machine.read(root, "amd64", 1);
  }

  @Test
  void read_understandsTheKernel() {
    Machine machine = machine();

    assertThat(machine.cpu()).isEqualTo("Test CPU");
    assertThat(machine.architecture()).isEqualTo("x86-64");
    assertThat(machine.cores()).isEqualTo(4);
    assertThat(machine.features()).contains("avx512_vnni");
    assertThat(machine.memoryBytes()).isEqualTo(8L << 30);
    assertThat(machine.quota()).isEmpty();
  }

  @Test
  void quietMachine_hasNoFindings() {
    assertThat(Doctor.ofMachine(machine())).isEmpty();
  }

  @Test
  void elsewhere_isNoFailure() {
    Machine machine = Machine.read(root.resolve("nothing"), "aarch64", 6);

    assertThat(machine.cores()).isEqualTo(6);
    assertThat(machine.architecture()).isEqualTo("arm64");
  }

  @Test
  void cpuWithoutVnni_getsItsTarget() throws IOException {
    file("proc/cpuinfo", cpu("avx2"));

    assertThat(Doctor.ofMachine(machine()))
        .singleElement()
        .extracting(Finding::advice)
        .asString()
        .contains("x86-64-v3");
  }

  @Test
  void quota_isFound() throws IOException {
    file("sys/fs/cgroup/cpu.max", "150000 100000\n");

    assertThat(Doctor.ofMachine(machine()))
        .singleElement()
        .extracting(Finding::what)
        .asString()
        .contains("1.5 of 4");
  }

  @Test
  void quotaOfVersion1_isFound() throws IOException {
    Files.delete(root.resolve("sys/fs/cgroup/cpu.max"));
    file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
    file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");

    assertThat(machine().quota()).hasValue(2.0);
  }

  @Test
  void powersave_isFound() throws IOException {
    file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");

    assertThat(Doctor.ofMachine(machine())).hasSize(1);
  }

  @Test
  void fullMemoryAndLoad_areFound() throws IOException {
    file("proc/meminfo", "MemTotal: 8388608 kB\nMemAvailable: 100000 kB\n");
    file("proc/loadavg", "7.50 0.20 0.30 1/100 1\n");

    assertThat(Doctor.ofMachine(machine())).hasSize(2);
  }
}

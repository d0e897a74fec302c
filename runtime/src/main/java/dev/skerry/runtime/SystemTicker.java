package dev.skerry.runtime;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The machine's clocks. */
final class SystemTicker implements Ticker {
  static final SystemTicker INSTANCE = new SystemTicker();

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private SystemTicker() {}

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long cpuNanos() {
    return system.getProcessCpuTime();
  }
}

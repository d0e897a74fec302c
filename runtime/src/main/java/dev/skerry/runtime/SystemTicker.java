package dev.skerry.runtime;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** The machine's clocks. */
enum SystemTicker implements Ticker {
  INSTANCE;

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long cpuNanos() {
    return system.getProcessCpuTime();
  }
}

package dev.skerry.runtime;

/** The clock that latency measurements read. */
public interface Ticker {
  /** Nanoseconds of wall time since some fixed moment. */
  long nanos();

  /**
   * Nanoseconds of processor time that all threads of the process have used, the engine's and the
   * virtual machine's own among them. The system counts in steps of up to 10 ms.
   */
  long cpuNanos();

  /** The machine's own. */
  static Ticker system() {
    return SystemTicker.INSTANCE;
  }
}

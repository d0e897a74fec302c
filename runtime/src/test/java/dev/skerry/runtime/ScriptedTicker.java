package dev.skerry.runtime;

/** A clock that moves only when the test says so. */
final class ScriptedTicker implements Ticker {
  private long nanos;
  private long cpuNanos;

  void advance(long wall, long cpu) {
    nanos += wall;
    cpuNanos += cpu;
  }

  void advance(long wall) {
    advance(wall, wall);
  }

  @Override
  public long nanos() {
    return nanos;
  }

  @Override
  public long cpuNanos() {
    return cpuNanos;
  }
}

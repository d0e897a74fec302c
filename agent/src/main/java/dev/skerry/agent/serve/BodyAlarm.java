package dev.skerry.agent.serve;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends the reading of a body that does not come: Helidon 4.5 sets no timeout on the connections
 * that it accepts, and interrupting a thread that reads from one closes it.
 */
public final class BodyAlarm implements AutoCloseable {
  /** One thread, started by the first body. */
  private static final class Clock {
    static final ScheduledThreadPoolExecutor ALARMS = start();

    private static ScheduledThreadPoolExecutor start() {
      ScheduledThreadPoolExecutor alarms =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("skerry-bodies").factory());
      alarms.setRemoveOnCancelPolicy(true);
      return alarms;
    }
  }

  private final Thread reader = Thread.currentThread();
  private final Future<?> alarm;
  private boolean closed;
  private boolean rang;

  private BodyAlarm(Duration limit) {
    this.alarm = Clock.ALARMS.schedule(this::ring, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** From now on this thread may read for {@code limit}. */
  public static BodyAlarm after(Duration limit) {
    return new BodyAlarm(limit);
  }

  private synchronized void ring() {
    if (!closed) {
      rang = true;
      reader.interrupt();
    }
  }

  /** Whether the time is up; whoever reads may take that for the end of the body. */
  public synchronized boolean rang() {
    return rang;
  }

  /** The body was read, or given up. */
  @Override
  public synchronized void close() {
    closed = true;
    alarm.cancel(false);
    if (rang) {
      Thread.interrupted(); // was meant for the reading alone
    }
  }
}

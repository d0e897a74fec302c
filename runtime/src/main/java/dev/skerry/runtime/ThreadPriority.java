package dev.skerry.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The priority that the operating system gives to a thread; Java's own priorities do nothing on
 * Linux.
 *
 * <p>A thread that wants the processor gets it from one of lower priority within microseconds, so
 * the system does what cancelling and restarting would do for a run, and loses no work.
 *
 * <p>Source: setpriority(2) of the Linux manual, section "C library/kernel differences": the value
 * is one of each thread, and threads inherit it from the one that starts them.
 */
public final class ThreadPriority {
  /** The lowest there is; it still gets a seventieth of what a thread of usual priority gets. */
  public static final int LOWEST = 19;

  /**
   * Low enough for threads of usual priority to go first, and high enough to keep two thirds of
   * what those get: much lower ones lose their core to any other process of the device as well.
   */
  public static final int LOW = 2;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  private ThreadPriority() {}

  /** {@code int setpriority(int which, id_t who, int nice)} */
  private static final class Function {
    static final MethodHandle SET = find();

    private static MethodHandle find() {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow("setpriority"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
    }
  }

  /** Whether this system has such priorities: Linux has, elsewhere a thread cannot lower itself. */
  public static boolean isSupported() {
    return System.getProperty("os.name", "").equals("Linux");
  }

  /**
   * Lowers the calling thread for good (raising it again takes privileges), and all that it starts
   * from now on, such as those of a session that it opens.
   *
   * @param nice from 0 to {@link #LOWEST}
   * @return false where the system has no such priorities or refuses
   */
  public static boolean lower(int nice) {
    if (!isSupported()) {
      return false;
    }
    try {
      return (int) Function.SET.invokeExact(PRIO_PROCESS, CALLING_THREAD, nice) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot lower the priority of a thread", e);
    }
  }

  /**
   * What {@code work} gives on a thread of its own that has been lowered first, so that the threads
   * that the work starts are low as well: those of a session that it opens.
   *
   * @param nice from 0 to {@link #LOWEST}
   */
  public static <T> T lowered(int nice, Supplier<T> work) {
    CompletableFuture<T> result =
        CompletableFuture.supplyAsync(
            () -> {
              lower(nice);
              return work.get();
            },
            run -> Thread.ofPlatform().daemon().name("skerry-lowered").start(run));
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException exception) {
        throw exception;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}

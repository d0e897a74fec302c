package dev.skerry.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** Sets environment variables of this very process, which Java itself can only read. */
final class ProcessEnvironment {
  private ProcessEnvironment() {}

  /** Sets {@code name} for native code that asks from now on; Java's own view does not change. */
  static void set(String name, String value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(name);
      MemorySegment text = arena.allocateFrom(value);
      int result =
          isWindows()
              ? (int) function("_putenv_s", 2).invokeExact(key, text)
              : (int) function("setenv", 3).invokeExact(key, text, 1);
      if (result != 0) {
        throw new IllegalStateException("cannot set the environment variable " + name);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set the environment variable " + name, e);
    }
  }

  private static boolean isWindows() {
    return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /** {@code int setenv(const char*, const char*, int)} or {@code int _putenv_s(char*, char*)}. */
  private static MethodHandle function(String name, int parameters) {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor pair =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        parameters == 3 ? pair.appendArgumentLayouts(ValueLayout.JAVA_INT) : pair);
  }
}

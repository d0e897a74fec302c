package dev.skerry.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The engine's function {@code Run} with everything prepared, so that a call allocates nothing.
 *
 * <p>The Java binding builds arrays of names and handles and a map of results for each run: some
 * 700 bytes, which is garbage a thousand times a second. Sessions, tensors and options stay the
 * binding's; only the call goes past it, to the table of functions that the binding has loaded. The
 * places in that table are fixed by the engine's C API, which grows at its end alone.
 */
final class DirectRun {
  private static final int GET_ERROR_MESSAGE = 2;
  private static final int RUN = 9;
  private static final int RELEASE_STATUS = 93;
  private static final long MOST_MESSAGE_BYTES = 1 << 16;

  private static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG;

  /** The functions and the binding's fields; empty where this version of the binding has others. */
  private static final Optional<Access> ACCESS = Access.find();

  private static final @Nullable MethodHandle CALL = ACCESS.map(Access::run).orElse(null);

  private final long session;
  private final long options;
  private final long inputNames;
  private final long inputs;
  private final long inputCount;
  private final long outputNames;
  private final long outputs;
  private final long outputCount;

  private record Access(
      MethodHandle run,
      MethodHandle message,
      MethodHandle release,
      Field session,
      Field tensor,
      Field options) {
    static Optional<Access> find() {
      try {
        Field api = field("OnnxRuntime", "ortApiHandle");
        Engine.environment(); // loads the library
        MemorySegment table =
            MemorySegment.ofAddress(api.getLong(null))
                .reinterpret((RELEASE_STATUS + 1) * POINTER.byteSize());
        return Optional.of(
            new Access(
                function(table, RUN, 8, POINTER),
                function(table, GET_ERROR_MESSAGE, 1, POINTER),
                function(table, RELEASE_STATUS, 1, null),
                field("OrtSession", "nativeHandle"),
                field("OnnxTensorLike", "nativeHandle"),
                field("OrtSession$RunOptions", "nativeHandle")));
      } catch (ReflectiveOperationException | RuntimeException e) {
        return Optional.empty(); // runs go through the binding, as correct and with some garbage
      }
    }

    private static Field field(String type, String name) throws ReflectiveOperationException {
      Field field = Class.forName("ai.onnxruntime." + type).getDeclaredField(name);
      field.setAccessible(true);
      return field;
    }

    private static MethodHandle function(
        MemorySegment table, int index, int parameters, ValueLayout.@Nullable OfLong result) {
      ValueLayout.OfLong[] pointers = new ValueLayout.OfLong[parameters];
      Arrays.fill(pointers, POINTER);
      return Linker.nativeLinker()
          .downcallHandle(
              MemorySegment.ofAddress(table.getAtIndex(POINTER, index)),
              result == null
                  ? FunctionDescriptor.ofVoid(pointers)
                  : FunctionDescriptor.of(result, pointers));
    }
  }

  private DirectRun(
      Access access,
      OrtSession session,
      OrtSession.RunOptions options,
      Map<String, OnnxTensor> inputs,
      Map<String, OnnxTensor> outputs,
      Arena arena)
      throws IllegalAccessException {
    this.session = access.session().getLong(session);
    this.options = access.options().getLong(options);
    this.inputNames = names(inputs, arena);
    this.inputs = handles(access, inputs, arena);
    this.inputCount = inputs.size();
    this.outputNames = names(outputs, arena);
    this.outputs = handles(access, outputs, arena);
    this.outputCount = outputs.size();
  }

  /**
   * Prepares runs from {@code inputs} to {@code outputs}, all of which stay open until the last one
   * has ended.
   *
   * @param arena owns what a call is given
   * @return empty when this version of the binding does not let it
   */
  static Optional<DirectRun> of(
      OrtSession session,
      OrtSession.RunOptions options,
      SequencedMap<String, OnnxTensor> inputs,
      SequencedMap<String, OnnxTensor> outputs,
      Arena arena) {
    return ACCESS.flatMap(access -> {
      try {
        return Optional.of(new DirectRun(access, session, options, inputs, outputs, arena));
      } catch (IllegalAccessException e) {
        return Optional.empty();
      }
    });
  }

  private static long names(Map<String, OnnxTensor> tensors, Arena arena) {
    MemorySegment names = arena.allocate(POINTER, Math.max(1, tensors.size()));
    int i = 0;
    for (String name : tensors.keySet()) {
      names.setAtIndex(POINTER, i++, arena.allocateFrom(name).address());
    }
    return names.address();
  }

  private static long handles(Access access, Map<String, OnnxTensor> tensors, Arena arena)
      throws IllegalAccessException {
    MemorySegment handles = arena.allocate(POINTER, Math.max(1, tensors.size()));
    int i = 0;
    for (OnnxTensor tensor : tensors.values()) {
      handles.setAtIndex(POINTER, i++, access.tensor().getLong(tensor));
    }
    return handles.address();
  }

  /**
   * Runs once; the caller keeps session, tensors and options open meanwhile.
   *
   * @throws OrtException as the binding would
   */
  @SuppressWarnings("NullAway") // without CALL there is no instance
  void run() throws OrtException {
    long status;
    try {
      status =
          (long)
              CALL.invokeExact(
                  session,
                  options,
                  inputNames,
                  inputs,
                  inputCount,
                  outputNames,
                  outputCount,
                  outputs);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the engine failed", e);
    }
    if (status != 0) {
      throw failure(status);
    }
  }

  private static OrtException failure(long status) {
    Access access = ACCESS.orElseThrow();
    try {
      long text = (long) access.message().invokeExact(status);
      String message = MemorySegment.ofAddress(text).reinterpret(MOST_MESSAGE_BYTES).getString(0);
      access.release().invokeExact(status);
      return new OrtException(message);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the engine's message cannot be read", e);
    }
  }
}

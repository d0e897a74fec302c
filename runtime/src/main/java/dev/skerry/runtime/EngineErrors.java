package dev.skerry.runtime;

import ai.onnxruntime.OrtException;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.regex.Pattern;

/** Turns the engine's failures into messages that say what failed, for which model. */
final class EngineErrors {
  /**
   * What says nothing to a user: the binding's prefix, the code that the exception carries anyway,
   * the file that the message's own beginning names, and places in the engine's C++ source.
   */
  private static final Pattern NOISE =
      Pattern.compile(
          """
          ^Error\\ code\\ -\\ \\w+\\ -\\ message:\\s
          | \\[ONNXRuntimeError]\\ :\\ \\d+\\ :\\ \\w+\\ :\\s
          | Load\\ model\\ from\\ .*?\\ failed:\\s?
          | /onnxruntime_src/\\S+:\\d+\\ (?:[\\w:<>*&,\\s]+\\([^)]*\\)(?:\\ const)?\\s*)?
          | \\b\\w+\\.(?:h|cc):\\d+\\ \\w+\\s\
          """,
          Pattern.COMMENTS);

  private static final int MAX_MESSAGE_CHARS = 800;

  private EngineErrors() {}

  /** A failure to load {@code model}. */
  static SkerryException loading(String model, OrtException error) {
    return new SkerryException(
        loadingCode(error),
        "ONNX Runtime cannot load model '%s': %s".formatted(model, clean(error)),
        error);
  }

  private static ErrorCode loadingCode(OrtException error) {
    return switch (error.getCode()) {
      case ORT_NO_SUCHFILE, ORT_INVALID_PROTOBUF -> ErrorCode.BAD_FILE;
      case ORT_FAIL, ORT_INVALID_ARGUMENT, ORT_NO_MODEL, ORT_NOT_IMPLEMENTED, ORT_INVALID_GRAPH ->
          ErrorCode.BAD_MODEL;
      case ORT_JAVA_UNKNOWN, ORT_OK, ORT_ENGINE_ERROR, ORT_RUNTIME_EXCEPTION, ORT_MODEL_LOADED ->
          ErrorCode.ENGINE;
      case ORT_EP_FAIL, ORT_MODEL_LOAD_CANCELED, ORT_MODEL_REQUIRES_COMPILATION -> ErrorCode.ENGINE;
      case ORT_NOT_FOUND, ORT_DEVICE_RESET -> ErrorCode.ENGINE;
    };
  }

  /** A failure while doing {@code what} to {@code model}. */
  static SkerryException doing(String what, String model, OrtException error) {
    return new SkerryException(
        ErrorCode.ENGINE,
        "ONNX Runtime failed at %s model '%s': %s".formatted(what, model, clean(error)),
        error);
  }

  /** What the engine says, without its source positions, on one line. */
  static String clean(OrtException error) {
    String text = String.valueOf(error.getMessage());
    text = NOISE.matcher(text).replaceAll("").replaceAll("\\s+", " ").strip();
    return text.length() <= MAX_MESSAGE_CHARS ? text : text.substring(0, MAX_MESSAGE_CHARS) + "…";
  }
}

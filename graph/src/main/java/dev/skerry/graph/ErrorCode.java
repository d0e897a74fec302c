package dev.skerry.graph;

/** Kinds of failure that a person or program outside can tell apart, each with its exit code. */
public enum ErrorCode {
  /** The command line or a configuration cannot be understood. */
  USAGE(2),
  /** A file is not what it should be: truncated, corrupted, of another kind, or too large. */
  BAD_FILE(3),
  /** A model breaks the rules of ONNX, or uses what Skerry or the engine cannot run. */
  BAD_MODEL(3),
  /** Data does not fit the model: missing, of another shape, unlabelled, unreadable. */
  BAD_DATA(3),
  /** A description ({@code model.toml}, a target file) has problems; all are listed. */
  BAD_DESCRIPTION(3),
  /** A model or version that was asked for is not here. */
  NOT_FOUND(3),
  /** The engine, a provider or a device cannot do what was asked of it. */
  ENGINE(3),
  /** A gate or an accuracy budget was not met. */
  BUDGET(4),
  /** A signature, a digest or a counter says that bytes must not be used. */
  TRUST(5),
  /** A repository, an agent or a fleet cannot be reached. */
  REMOTE(6),
  /** A model is not ready yet, or too much is asked of the device at once; later it may work. */
  BUSY(6);

  private final int exitCode;

  ErrorCode(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The process exit code that a command ends with when this is why it failed. */
  public int exitCode() {
    return exitCode;
  }
}

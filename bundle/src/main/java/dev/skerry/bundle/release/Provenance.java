package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import java.util.List;
import java.util.Optional;

/**
 * Where a release comes from, so that it can be made again.
 *
 * @param model the ONNX file as the user gave it
 * @param calibration digest over names and content of the calibration samples
 * @param validation likewise
 * @param tool optimizer and version
 * @param engine and version
 * @param command that makes the release again
 */
public record Provenance(
    Digest model,
    Optional<Digest> calibration,
    Optional<Digest> validation,
    String tool,
    String engine,
    List<String> command) {
  public Provenance {
    command = List.copyOf(command);
  }
}

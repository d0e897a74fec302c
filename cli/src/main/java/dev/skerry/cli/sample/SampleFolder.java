package dev.skerry.cli.sample;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of a sample: {@code model.onnx}, {@code model.toml}, and recordings as WAV files in
 * {@code train/CLASS/} and {@code validation/CLASS/}.
 */
record SampleFolder(Path root) {
  /** How {@code model.toml} of a sample begins, so that a sample may be made again. */
  private static final String MARK = "# Made by `skerry sample`";

  Path model() {
    return root.resolve("model.onnx");
  }

  Path description() {
    return root.resolve("model.toml");
  }

  Path training() {
    return root.resolve("train");
  }

  Path validation() {
    return root.resolve("validation");
  }

  /**
   * Throws unless the folder is missing, empty, an earlier sample, or taken by force.
   *
   * @throws SkerryException USAGE
   */
  void requireFree(boolean force) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    if (!Files.isDirectory(root)) {
      throw new SkerryException(
          ErrorCode.USAGE, root + " is a file; the sample needs a folder, name another");
    }
    try (Stream<Path> entries = Files.list(root)) {
      if (force || isSample() || entries.findAny().isEmpty()) {
        return;
      }
    }
    throw new SkerryException(
        ErrorCode.USAGE,
        root
            + " holds files that are not a sample's; name another folder, or add --force to write"
            + " among them");
  }

  private boolean isSample() throws IOException {
    return Files.isRegularFile(description()) && Files.readString(description()).startsWith(MARK);
  }

  void write(Model model, Recordings training, Recordings validation, long seed)
      throws IOException {
    Files.createDirectories(root);
    writeRecordings(training, training());
    writeRecordings(validation, validation());
    ModelWriter.write(model, model());
    Files.writeString(description(), descriptionText(seed));
  }

  private static void writeRecordings(Recordings recordings, Path folder) throws IOException {
    for (String label : Fault.labels()) {
      Files.createDirectories(folder.resolve(label));
    }
    for (int i = 0; i < recordings.size(); i++) {
      String name = String.format(Locale.ROOT, "%04d.wav", i);
      Path file = folder.resolve(recordings.faults().get(i).label()).resolve(name);
      WavFile.write(file, recordings.samples().get(i), Vibration.SAMPLE_RATE);
    }
  }

  private static String descriptionText(long seed) {
    return String.format(
        Locale.ROOT,
        """
        %s --seed %d: bearing faults in synthetic vibration of a motor at about 1,750 rpm
        name    = "bearing-faults"
        version = "1.0.0"
        model   = "model.onnx"

        [input.%s]
        kind        = "audio"
        sample-rate = %d
        length      = %d
        scale       = 0.000030517578125   # 16-bit samples to -1..1

        [output.%s]
        kind   = "classification"
        labels = [%s]

        [data]
        calibration = "train"
        validation  = "validation"        # other seeds, speeds, loads and noise than train

        [goal]
        metric      = "top1"
        max-drop-pp = 1.0
        targets     = ["x86-64-vnni", "x86-64-v3", "arm64-dot"]
        """,
        MARK,
        seed,
        BearingDetector.INPUT,
        Vibration.SAMPLE_RATE,
        Vibration.LENGTH,
        BearingDetector.OUTPUT,
        Fault.labels().stream().collect(Collectors.joining("\", \"", "\"", "\"")));
  }

  /** Bytes of all files in the folder. */
  long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      long sum = 0;
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}

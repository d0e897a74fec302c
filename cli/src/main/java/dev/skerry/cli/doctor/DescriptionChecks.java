package dev.skerry.cli.doctor;

import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import dev.skerry.runtime.describe.DataSpec;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a description beyond what reading and checking it refuse. */
final class DescriptionChecks {
  private final ModelDescription description;
  private final List<Finding> findings = new ArrayList<>();

  private DescriptionChecks(ModelDescription description) {
    this.description = description;
  }

  static List<Finding> of(ModelDescription description) {
    DescriptionChecks checks = new DescriptionChecks(description);
    DataSpec data = description.data();
    checks.missing("calibration", data.calibration());
    checks.missing("validation", data.validation());
    checks.missing("labels", data.labels());
    checks.unset(data);
    checks.sameData(data);
    checks.targets();
    return checks.findings;
  }

  private void missing(String key, @Nullable Path path) {
    if (path != null && !Files.exists(path)) {
      findings.add(
          new Finding(
              Severity.PROBLEM,
              "there is no " + path,
              "data." + key,
              "",
              "correct the path; it is relative to the folder of " + description.file()));
    }
  }

  private void unset(DataSpec data) {
    if (data.validation() == null) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "no validation data, so no accuracy can be measured or guaranteed",
              "data.validation",
              "",
              "name a folder, a zip or an .npy file of samples that were not trained on"));
    }
    if (data.calibration() == null) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "no calibration data, so activations cannot be quantized statically",
              "data.calibration",
              "",
              "a hundred typical samples are enough, without labels"));
    }
  }

  private void sameData(DataSpec data) {
    Path validation = data.validation();
    if (validation != null && validation.equals(data.calibration())) {
      findings.add(
          new Finding(
              Severity.WARNING,
              "calibration and validation are the same data",
              "data",
              "",
              "judge on samples that the model was not tuned on"));
    }
  }

  private void targets() {
    if (description.goal().targets().isEmpty()) {
      findings.add(
          new Finding(
              Severity.ADVICE,
              "no targets named",
              "goal.targets",
              "",
              "name the hardware that the model is for"));
    }
  }
}

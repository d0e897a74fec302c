package dev.skerry.optimize.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What training makes small. */
public sealed interface Objective {
  /**
   * Cross entropy with the classes of the samples.
   *
   * @param labelSmoothing share of the target that is spread evenly over all classes, 0 to 1
   */
  record Labels(double labelSmoothing) implements Objective {
    public Labels {
      TrainingOptions.require(
          labelSmoothing >= 0 && labelSmoothing < 1,
          "label smoothing",
          labelSmoothing,
          "from 0 to 1");
    }
  }

  /** Mean squared difference from the model's own input. */
  record Reconstruction() implements Objective {}

  /**
   * Agreement with a teacher (Hinton et al., 2015): α T² KL(p, q) + (1-α) cross entropy, where p
   * and q are the softmax of the teacher's and the student's logits divided by T. Outputs that are
   * no classes are compared by mean squared difference.
   *
   * <p>Logits may be standardized first, per sample: (z - mean) / deviation (Sun et al., Logit
   * Standardization in Knowledge Distillation, CVPR 2024). A student then learns how classes
   * compare and keeps its own confidence; else one that is surer than its teacher has to unlearn
   * that first, which costs a trained student its accuracy.
   *
   * @param temperature T
   * @param standardized whether logits are compared without their scale
   * @param teacherShare α; 1 needs no labels
   * @param labelSmoothing as in {@link Labels}
   * @param features values of the student, each with the value of the teacher of the same shape
   *     that it should come near
   * @param featureShare factor of the features' mean squared differences
   */
  record Distillation(
      double temperature,
      boolean standardized,
      double teacherShare,
      double labelSmoothing,
      Map<String, String> features,
      double featureShare)
      implements Objective {
    public Distillation {
      TrainingOptions.require(temperature > 0, "temperature", temperature, "above 0");
      TrainingOptions.require(
          teacherShare >= 0 && teacherShare <= 1, "teacher's share", teacherShare, "from 0 to 1");
      features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
    }
  }
}

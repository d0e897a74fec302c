package dev.skerry.optimize.train;

import dev.skerry.graph.Model;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A trained model.
 *
 * @param model as it was given, with other constants
 * @param epochs that were run, those of an earlier part included
 * @param bestEpoch whose parameters the model has; 0 when none was better than the start
 * @param heldOut score of the samples held out with them, where there were any
 * @param loss mean over the last epoch that was run
 * @param parameters numbers that were trained
 * @param trained names of the constants that were trained
 */
public record TrainingResult(
    Model model,
    int epochs,
    int bestEpoch,
    OptionalDouble heldOut,
    double loss,
    long parameters,
    List<String> trained) {
  public TrainingResult {
    trained = List.copyOf(trained);
  }

  public TrainingResult withModel(Model changed) {
    return new TrainingResult(changed, epochs, bestEpoch, heldOut, loss, parameters, trained);
  }
}

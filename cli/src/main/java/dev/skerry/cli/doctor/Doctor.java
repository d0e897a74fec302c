package dev.skerry.cli.doctor;

import dev.skerry.graph.Model;
import dev.skerry.optimize.OptimizationReport.Finding;
import dev.skerry.optimize.OptimizationReport.Severity;
import dev.skerry.runtime.describe.ModelDescription;
import java.util.Comparator;
import java.util.List;

/** Runs every check and puts the worst findings first. */
public final class Doctor {
  /** In the order in which findings of one severity appear. */
  static final List<ModelCheck> MODEL_CHECKS =
      List.of(
          // correctness
          new BrokenRules(),
          new NonFiniteWeights(),
          new ForeignOperators(),
          new OldOperators(),
          // speed
          new InitializersAsInputs(),
          new UnfoldedBatchNorm(),
          new UnsignedWeights(),
          new NeverInteger(),
          new SlowPackedProducts(),
          new VaryingShapes(),
          new DoublePrecision(),
          new UnfoldedPad(),
          new ShapeArithmetic(),
          new DepthwiseInteger(),
          new FloatOnlyOperators(),
          // tidiness
          new UnusedInputs(),
          new UnusedWeights(),
          new DeadNodes(),
          new HugeConstants(),
          new ExternalWeights(),
          new FixedBatch());

  static final List<MachineCheck> MACHINE_CHECKS =
      List.of(
          new IntegerInstructions(),
          new ProcessorQuota(),
          new ScarceMemory(),
          new FrequencyGovernor(),
          new BusyMachine());

  private Doctor() {}

  /** What is wrong with a model. */
  public static List<Finding> ofModel(Model model, long externalBytes) {
    Patient patient = Patient.of(model, externalBytes);
    return worstFirst(
        MODEL_CHECKS.stream().flatMap(check -> check.check(patient).stream()).toList());
  }

  /** What is wrong with a description, apart from its model. */
  public static List<Finding> ofDescription(ModelDescription description) {
    return worstFirst(DescriptionChecks.of(description));
  }

  /** What was assumed about a model that has no description. */
  public static List<Finding> ofGuesses(List<String> guesses) {
    return guesses.stream()
        .map(guess ->
            new Finding(Severity.ADVICE, "guessed: " + guess, "", "", "say so in a model.toml"))
        .toList();
  }

  /** What is wrong with a machine. */
  public static List<Finding> ofMachine(Machine machine) {
    return worstFirst(
        MACHINE_CHECKS.stream().flatMap(check -> check.check(machine).stream()).toList());
  }

  /** The same findings by severity, otherwise in the order given. */
  public static List<Finding> worstFirst(List<Finding> findings) {
    return findings.stream().sorted(Comparator.comparing(Finding::severity)).toList();
  }
}

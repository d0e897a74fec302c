package dev.skerry.optimize.compress;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.Model;
import dev.skerry.graph.ModelFile;
import dev.skerry.graph.ModelReader;
import dev.skerry.graph.ModelWriter;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Verifier;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizationReport.Step;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.Provenance;
import dev.skerry.optimize.RungMaker;
import dev.skerry.optimize.prune.Importance;
import dev.skerry.optimize.prune.PruneGoal;
import dev.skerry.optimize.prune.PruneOptions;
import dev.skerry.optimize.prune.PruneRequest;
import dev.skerry.optimize.prune.PruneResult;
import dev.skerry.optimize.prune.Pruner;
import dev.skerry.optimize.target.Machine;
import dev.skerry.optimize.target.Target;
import dev.skerry.optimize.train.TrainingProgress;
import dev.skerry.optimize.train.TrainingResult;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the smallest variants of a model that an accuracy budget allows: cuts networks out of it,
 * lets them learn from it, and makes a ladder of the best for each target.
 *
 * <p>What it finds is kept under {@code search/} in the output folder. The same request goes on
 * from there, and a longer time is used to the end.
 */
public final class Compressor implements AutoCloseable {
  /** Of the budget, what pruning may lose; the rest is for quantizing and squeezing. */
  private static final double GOAL_SHARE = 0.7;

  /** Points that the integer form of the original may lose to be the one that teaches. */
  private static final double TEACHER_LOSS_PP = 0.3;

  /** Layers of networks with fewer parameters keep channels in small multiples. */
  private static final double SMALL_PARAMETERS = 200_000;

  /** Of all time, what an epoch may take; an epoch of fewer steps is looked at more often. */
  private static final double EPOCH_SHARE = 0.01;

  /** Of all time, what a first training may take. */
  private static final double UNIT_SHARE = 0.02;

  /** Passes over all samples after which little is left to learn. */
  private static final int THOROUGH_PASSES = 20;

  /** Networks whose sizes differ by less, of the size, are the same. */
  private static final double ALIKE = 0.03;

  private static final int MOST_UNIT = 10;
  private static final int FEWEST_STEPS = 8;
  private static final double FLOOR = 0.05;

  private final CompressRequest request;
  private final ModelDescription description;
  private final Path calibration;
  private final ModelFile file;
  private final SearchFolder folder;
  private final HeldOutSamples heldOut;
  private final List<Trial> trials = new ArrayList<>();
  private final long begun;
  private final double spentBefore;
  private SearchFolder.State state;
  private @Nullable Lessons lessons;

  private Compressor(CompressRequest request) {
    this.request = request;
    this.begun = request.ticker().nanos();
    OptimizeRequest optimize = request.optimize();
    this.description = optimize.description();
    Path data = description.data().calibration();
    if (data == null) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "%s names no calibration data, by which a search decides: add calibration = \"...\" under [data], or give --calibration"
              .formatted(description.file()));
    }
    this.calibration = data;
    this.file = ModelReader.read(description.model());
    this.folder = SearchFolder.open(optimize.out().resolve("search"));
    try {
      Verifier.require(file.model());
      description.check(file.model());
      this.state = folder.state(facts());
      this.spentBefore = state.spent();
      optimize.progress().accept("judge the original");
      this.heldOut =
          HeldOutSamples.open(
              description,
              file.model(),
              calibration,
              optimize.validationSamples(),
              request.trainingThreads());
      trials.add(Trial.original(heldOut.originalLostPp()));
      trials.addAll(folder.trials());
    } catch (RuntimeException | Error failed) {
      folder.close();
      file.close();
      throw failed;
    }
  }

  /**
   * Searches, and writes a ladder for each target.
   *
   * @throws SkerryException if the model, its description or its data cannot be used, or the output
   *     folder holds a search about something else
   */
  public static OptimizationReport compress(CompressRequest request) {
    try (Compressor compressor = new Compressor(request)) {
      compressor.search();
      return compressor.ladders();
    }
  }

  /** What a search is about; one about something else cannot go on from it. */
  private SequencedMap<String, String> facts() {
    SequencedMap<String, String> facts = new LinkedHashMap<>();
    facts.put("model", Provenance.sha256(description.model()));
    facts.put("calibration", calibration.toString());
    facts.put("validation", String.valueOf(description.data().validation()));
    facts.put("metric", description.goal().metric().text());
    facts.put("max-drop-pp", Double.toString(description.goal().maxDropPp()));
    facts.put("seed", Long.toString(request.seed()));
    return facts;
  }

  private double spent() {
    return spentBefore + (request.ticker().nanos() - begun) / 1e9;
  }

  private double searching() {
    double seconds = request.time().toNanos() / 1e9;
    return seconds - Ladders.reserve(request, description.goal().targets().size());
  }

  private void say(String what) {
    long left = Math.max(0, (long) (request.time().toSeconds() - spent()));
    request.optimize().progress().accept("%s, %d:%02d left".formatted(what, left / 60, left % 60));
  }

  private void search() {
    while (true) {
      save(state.withSpent(spent()));
      double goal = GOAL_SHARE * description.goal().maxDropPp();
      Plan plan =
          new Plan(
              goal,
              state.unit(),
              thorough(),
              request.mostEpochs(),
              searching(),
              state.trains(),
              state.floor());
      switch (plan.next(trials, searching() - spent() - state.overhead())) {
        case Plan.Prune(String parent, double keep) -> prune(trial(parent), keep);
        case Plan.Train(String trial, int epochs) -> train(trial(trial), epochs);
        case Plan.Stop(String reason) -> {
          say(reason);
          return;
        }
      }
    }
  }

  /** Epochs of so many passes; an epoch may be shorter than a pass. */
  private int thorough() {
    return THOROUGH_PASSES * pass() / Math.clamp(state.steps(), 1, pass());
  }

  /** Steps of a pass over all that is learned from. */
  private int pass() {
    return Lessons.steps(heldOut.calibrationSamples());
  }

  private void save(SearchFolder.State changed) {
    state = changed;
    folder.save(changed);
  }

  private Trial trial(String id) {
    return trials.stream().filter(trial -> trial.id().equals(id)).findFirst().orElseThrow();
  }

  private void replace(Trial changed) {
    trials.replaceAll(trial -> trial.id().equals(changed.id()) ? changed : trial);
    folder.save(changed);
  }

  private Model model(Trial trial) {
    return trial.isOriginal() ? file.model() : folder.model(trial);
  }

  private void prune(Trial parent, double keep) {
    String id = String.format(Locale.ROOT, "trial-%02d", trials.size());
    say("%s: keep %s of the network".formatted(id, percent(keep)));
    double start = spent();
    Model whole = model(parent);
    PruneResult cut;
    try {
      cut =
          Pruner.prune(
              new PruneRequest(
                  description,
                  whole,
                  calibration,
                  null,
                  PruneRequest.STANDARD_SAMPLES,
                  Importance.ACTIVATION,
                  options(whole, 1 - keep / parent.keep()),
                  _ -> {}));
    } catch (SkerryException refused) {
      requireBad(refused);
      save(state.withFloor(parent.keep()).without(false, "pruning: " + refused.getMessage()));
      return;
    }
    double parameters =
        parent.parameterShare() * cut.parametersAfter() / Math.max(1, cut.parametersBefore());
    double work =
        parent.workShare() * cut.multiplyAddsAfter() / Math.max(1, cut.multiplyAddsBefore());
    double left = (parameters + work) / 2;
    boolean known =
        trials.stream()
            .filter(trial -> parent.id().equals(trial.parent()))
            .anyMatch(trial -> Math.abs(trial.keep() / left - 1) < ALIKE);
    if (known || left > (1 - ALIKE) * parent.keep()) {
      save(state.withFloor(Math.max(state.floor(), parent.keep())));
      return;
    }
    double removed = heldOut.lostPp(cut.unrepaired(), parent.passes());
    double repaired = heldOut.lostPp(cut.model(), parent.passes());
    List<Step> steps =
        List.of(
            new Step("pruned", removed, 0, 0), new Step("repaired", repaired, 0, spent() - start));
    Trial made = Trial.pruned(id, parent, parameters, work, steps, spent() - start);
    folder.save(id, made.model(), cut.model());
    trials.add(made);
    folder.save(made);
  }

  private static PruneOptions options(Model model, double ratio) {
    long parameters =
        model.graph().initializers().values().stream()
            .filter(tensor -> tensor.type().isFloating())
            .mapToLong(tensor -> tensor.elementCount())
            .sum();
    int multiple = parameters < SMALL_PARAMETERS ? 4 : 8;
    return new PruneOptions(ratio, PruneGoal.BOTH, multiple, FLOOR, true, List.of());
  }

  /** Passes on what is no fault of the model or its data. */
  private static void requireBad(SkerryException refused) {
    boolean bad =
        switch (refused.code()) {
          case BAD_MODEL, BAD_DATA, BAD_DESCRIPTION -> true;
          default -> false;
        };
    if (!bad) {
      throw refused;
    }
  }

  private void train(Trial trial, int epochs) {
    double start = spent();
    int done = trial.steps().size();
    try {
      Lessons with = lessons();
      if (state.steps() == 0) {
        pace(with, model(trial));
        return; // with the pace known, the plan is another
      }
      replace(trial.pending(epochs));
      List<Double> ends = new ArrayList<>();
      TrainingResult result =
          with.fit(
              model(trial),
              epochs,
              state.steps(),
              folder.checkpoint(trial.id(), done),
              at -> follow(trial, at, ends));
      double seconds = spent() - start;
      double perEpoch = perEpoch(ends, start);
      double passes = trial.passes() + (double) epochs * state.steps() / pass();
      double lost = heldOut.lostPp(result.model(), passes);
      Step step = new Step("trained", lost, epochs, spent() - start);
      Trial trained = trial.trained(step, passes, perEpoch);
      if (trained.model() == done + 1) {
        folder.save(trial.id(), done + 1, result.model());
      }
      replace(trained);
      save(state.withOverhead(Math.max(0, seconds - perEpoch * ends.size())));
    } catch (SkerryException refused) {
      requireBad(refused);
      boolean never = trials.stream().allMatch(one -> one.epochs() == 0);
      Step none = new Step("trained", trial.lostPp(), request.mostEpochs(), 0);
      replace(trial.trained(none, trial.passes(), 0));
      save(state.without(never, "training of %s: %s".formatted(trial.id(), refused.getMessage())));
    }
  }

  /** Of epochs that ended in this run; the first began later than the training. 0 of none. */
  private static double perEpoch(List<Double> ends, double start) {
    if (ends.size() < 2) {
      return ends.isEmpty() ? 0 : ends.getFirst() - start;
    }
    return (ends.getLast() - ends.getFirst()) / (ends.size() - 1);
  }

  /** Tells how a training goes, and keeps how much time was spent, and when epochs ended. */
  private void follow(Trial trial, TrainingProgress at, List<Double> ends) {
    if (!at.endsEpoch()) {
      return;
    }
    ends.add(spent());
    save(state.withSpent(spent()));
    say(
        "%s (%s of the network): epoch %d of %d%s"
            .formatted(
                trial.id(),
                percent(trial.keep()),
                at.epoch(),
                at.epochs(),
                at.heldOut().isPresent()
                    ? String.format(Locale.ROOT, ", held out %.4f", at.heldOut().getAsDouble())
                    : ""));
  }

  /** Decides from a few steps of {@code model} how long epochs and first trainings are. */
  private void pace(Lessons with, Model model) {
    say("measure the speed of training");
    int all = pass();
    int few = Math.min(all, FEWEST_STEPS);
    double[] speed = {0};
    with.probe(
        model, few, at -> speed[0] = at.step() < at.steps() ? at.samplesPerSecond() : speed[0]);
    double stepSeconds = speed[0] > 0 ? with.batch() / speed[0] : 0;
    double total = request.time().toNanos() / 1e9;
    double affordable = EPOCH_SHARE * total / Math.max(1e-9, stepSeconds);
    int steps = (int) Math.clamp(affordable, Math.min(all, FEWEST_STEPS), all);
    double units = UNIT_SHARE * total / Math.max(1e-9, steps * stepSeconds);
    int mostUnit = Math.clamp(request.mostEpochs() / 4, 1, MOST_UNIT);
    save(state.withPace(steps, (int) Math.clamp(units, 1, mostUnit)));
  }

  private Lessons lessons() {
    Lessons known = lessons;
    if (known == null) {
      known =
          new Lessons(
              request, calibration, heldOut.calibrationSamples(), heldOut.hasLabels(), teacher());
      lessons = known;
    }
    return known;
  }

  /** The original, or its integer form where that answers nearly alike: it is much faster. */
  private Model teacher() {
    Path kept = folder.teacher();
    if (!Files.exists(kept)) {
      ModelWriter.write(quickest().orElse(file.model()), kept);
    }
    return folder.model(kept);
  }

  private Optional<Model> quickest() {
    Optional<Target> here =
        Ladders.targets(description).stream()
            .findFirst()
            .filter(target -> target.form() == Target.Form.INT8)
            .filter(target -> target.includes(Machine.here()));
    if (here.isEmpty()) {
      return Optional.empty();
    }
    say("make the original fast, for it teaches");
    OptimizeRequest quick = Ladders.hurried(request, TEACHER_LOSS_PP);
    try (RungMaker maker =
        RungMaker.open(quick, file.model(), heldOut.samples().read(0).inputs())) {
      Model model = maker.make(here.get()).model();
      boolean holds = heldOut.lostPp(model, 0) - heldOut.originalLostPp() < TEACHER_LOSS_PP;
      return holds ? Optional.of(model) : Optional.empty();
    }
  }

  private OptimizationReport ladders() {
    Ladders ladders = new Ladders(request, heldOut, this::say);
    Ladders.Made made = ladders.make(trials, this::model);
    save(state.withSpent(spent()));
    OptimizationReport.Compression found =
        new OptimizationReport.Compression(
            spent(),
            heldOut.size(),
            heldOut.reference(),
            made.originalBytes(),
            trials.stream().map(Trial::facts).toList(),
            made.points(),
            state.leftOut());
    List<String> warnings = new ArrayList<>(made.report().warnings());
    state.leftOut().forEach(left -> warnings.add("Left out: " + left));
    if (trials.stream().noneMatch(trial -> trial.epochs() > 0) && state.trains()) {
      warnings.add(
          "The time of %s was too short to train anything; give a longer --time, and the search goes on."
              .formatted(words(request.time())));
    }
    return made.report().withCompression(found).withWarnings(warnings);
  }

  private static String words(Duration time) {
    return time.toMinutes() > 0 ? time.toMinutes() + " minutes" : time.toSeconds() + " seconds";
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  @Override
  public void close() {
    heldOut.close();
    folder.close();
    file.close();
  }
}

package dev.skerry.fleet.page;

import dev.skerry.fleet.gate.Gate;
import dev.skerry.fleet.gate.GateResult;
import dev.skerry.fleet.page.RolloutView.Action;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.rollout.Decision;
import dev.skerry.fleet.rollout.Event;
import dev.skerry.fleet.rollout.Members;
import dev.skerry.fleet.rollout.Plan;
import dev.skerry.fleet.rollout.Rollout;
import dev.skerry.fleet.rollout.RolloutDetail;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.rollout.State;
import dev.skerry.fleet.rollout.Totals;
import dev.skerry.fleet.rollout.Transitions;
import dev.skerry.fleet.rollout.Wave;
import dev.skerry.fleet.rollout.Window;
import dev.skerry.fleet.store.Database;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/** The pages of rollouts. */
final class RolloutPages {
  private final Rollouts rollouts;
  private final RolloutRows rows;
  private final Database database;
  private final Names names;
  private final InstantSource time;

  RolloutPages(Dashboard.Parts parts, RolloutRows rows) {
    this.rollouts = parts.rollouts();
    this.rows = rows;
    this.database = parts.database();
    this.names = new Names(parts.releases());
    this.time = parts.time();
  }

  RolloutsView list() {
    return new RolloutsView(
        rows.open().stream().map(rows::show).toList(),
        rows.closed().stream().map(rows::show).toList());
  }

  Optional<RolloutView> rollout(long id) {
    return find(id).map(this::view);
  }

  private Optional<RolloutDetail> find(long id) {
    try {
      return Optional.of(rollouts.show(id));
    } catch (FleetException e) {
      if (e.kind() == FleetException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private RolloutView view(RolloutDetail detail) {
    Rollout rollout = detail.rollout();
    List<GateResult> gates = detail.gates();
    List<RolloutView.Gate> shown = new ArrayList<>();
    for (int i = 0; i < gates.size(); i++) {
      shown.add(gate(rollout.plan().gates().get(i), gates.get(i)));
    }
    return new RolloutView(
        rollout.id(),
        names.title(rollout.model(), rollout.counter()),
        rollout.model(),
        rollout.counter(),
        RolloutWords.state(rollout.state()),
        why(rollout),
        waves(detail),
        cohort(detail.totals().all()),
        shown,
        detail.decisions().reversed().stream().map(this::decision).toList(),
        plan(rollout),
        actions(detail));
  }

  private static String why(Rollout rollout) {
    String needs = rollout.needs().isEmpty() ? "" : " " + Words.sentence(rollout.needs()) + ".";
    return Words.sentence(rollout.why()) + "." + needs;
  }

  private static List<RolloutView.Wave> waves(RolloutDetail detail) {
    Rollout rollout = detail.rollout();
    List<RolloutView.Wave> waves = new ArrayList<>();
    for (int i = 0; i < rollout.plan().waves().size(); i++) {
      Wave wave = rollout.plan().waves().get(i);
      waves.add(
          new RolloutView.Wave(
              i + 1,
              wave.size().text(),
              RolloutWords.wave(rollout.state(), rollout.wave(), i),
              counts(detail.totals().of(i)),
              terms(wave, detail.approved().contains(i))));
    }
    return waves;
  }

  private static List<String> counts(Totals.OfWave wave) {
    if (wave.joined() == 0) {
      return List.of();
    }
    List<String> counts = new ArrayList<>();
    counts.add(
        "%s joined, %s run it"
            .formatted(Words.grouped(wave.joined()), Words.grouped(wave.active())));
    if (wave.failed() > 0) {
      counts.add(Words.grouped(wave.failed()) + " will not run it");
    }
    if (wave.back() + wave.stranded() > 0) {
      counts.add(
          "%s back, %s cannot"
              .formatted(Words.grouped(wave.back()), Words.grouped(wave.stranded())));
    }
    return counts;
  }

  private static String terms(Wave wave, boolean approved) {
    String watched = "watched for " + Words.span(wave.soak().toSeconds());
    return wave.approval()
        ? watched + (approved ? ", approved" : ", asks a person first")
        : watched;
  }

  private static Strip cohort(Totals.OfWave all) {
    long moving = all.joined() - all.active() - all.failed() - all.back() - all.stranded();
    return new Strip(
        "Devices that joined",
        List.of(
            new Strip.Part("run it", all.active(), "good"),
            new Strip.Part("on their way", Math.max(0, moving), "busy"),
            new Strip.Part("will not run it", all.failed(), "bad"),
            new Strip.Part("went back", all.back(), "fair"),
            new Strip.Part("cannot go back", all.stranded(), "bad")));
  }

  private static RolloutView.Gate gate(Gate gate, GateResult result) {
    String reason = gate.reason().isEmpty() ? "" : " (%s)".formatted(gate.reason());
    boolean measured = result.sample() > 0;
    boolean counted = gate.metric().isRate() && gate.limit() == 0; // its figure needs no interval
    DoubleFunction<String> words = gate.metric().isRate() ? Words::percent : Words::factor;
    Bullet bullet =
        new Bullet(
            measured ? result.figure() : Double.NaN,
            counted ? result.figure() : result.atLeast(),
            counted ? result.figure() : atMost(result),
            result.limit(),
            true,
            words);
    return new RolloutView.Gate(
        result.expression() + (gate.action() == Gate.Action.ROLL_BACK ? ", else roll back" : ""),
        Words.sentence(gate.metric().words()) + reason,
        verdict(gate, result),
        bullet,
        samples(gate, result),
        Words.sentence(result.words()) + ".");
  }

  private static double atMost(GateResult result) {
    return result.atMost() < 0 ? Double.POSITIVE_INFINITY : result.atMost();
  }

  private static Badge verdict(Gate gate, GateResult result) {
    return switch (result.verdict()) {
      case PASSED -> new Badge("holds", Tone.GOOD);
      case FAILED -> new Badge("fails", Tone.BAD);
      case UNDECIDED ->
          result.sample() == 0
              ? new Badge("no data", Tone.QUIET)
              : result.sample() < gate.minSample()
                  ? new Badge("more needed", Tone.QUIET)
                  : new Badge("undecided", Tone.FAIR);
    };
  }

  private static String samples(Gate gate, GateResult result) {
    String sample = Words.grouped(result.sample());
    String unit = gate.metric().sampleOf();
    if (result.sample() < gate.minSample()) {
      return "%s of %s %s".formatted(sample, Words.grouped(gate.minSample()), unit);
    }
    return sample + " " + (result.sample() == 1 ? unit.replaceFirst("s\\b", "") : unit);
  }

  private RolloutView.Decision decision(Decision decision) {
    String who = decision.who().equals(Decision.FLEET) ? "" : " · " + decision.who();
    return new RolloutView.Decision(
        When.of(decision.at(), time.instant()),
        "Wave %d%s".formatted(decision.wave() + 1, who),
        RolloutWords.decision(decision.event()),
        Words.sentence(decision.why()) + ".",
        decision.gates().stream()
            .filter(gate -> gate.sample() > 0)
            .map(RolloutPages::figure)
            .toList());
  }

  private static DeviceView.Fact figure(GateResult gate) {
    Gate parsed = Gate.parse(gate.expression());
    String value =
        parsed.metric().isRate() ? Words.percent(gate.figure()) : Words.factor(gate.figure());
    return new DeviceView.Fact(
        gate.expression(), "%s of %s".formatted(value, Words.grouped(gate.sample())));
  }

  private List<DeviceView.Fact> plan(Rollout rollout) {
    Plan plan = rollout.plan();
    List<DeviceView.Fact> facts = new ArrayList<>();
    facts.add(new DeviceView.Fact("Devices", plan.selector().text()));
    facts.add(new DeviceView.Fact("Release", names.release(plan.model(), plan.counter())));
    facts.add(
        new DeviceView.Fact(
            "Windows",
            plan.windows().isEmpty()
                ? "at any time"
                : plan.windows().stream().map(Window::text).collect(Collectors.joining("; "))));
    facts.add(
        new DeviceView.Fact(
            "Rate",
            plan.ratePerMinute() == 0
                ? "as devices poll"
                : Words.count(plan.ratePerMinute(), "device") + " a minute"));
    facts.add(new DeviceView.Fact("Priority", Integer.toString(plan.priority())));
    facts.add(
        new DeviceView.Fact(
            "Started",
            "%s by %s"
                .formatted(
                    When.of(rollout.createdAt(), time.instant()).exact(), rollout.createdBy())));
    if (!plan.note().isEmpty()) {
      facts.add(new DeviceView.Fact("Note", plan.note()));
    }
    return facts;
  }

  private static Set<Action> actions(RolloutDetail detail) {
    State state = detail.rollout().state();
    Set<Action> actions = EnumSet.noneOf(Action.class);
    if (detail.rollout().needs().startsWith("approve")) {
      actions.add(Action.APPROVE);
    }
    if (Transitions.next(state, Event.RESUMED).isPresent()) {
      actions.add(Action.RESUME);
    }
    if (Transitions.next(state, Event.PAUSED).isPresent()) {
      actions.add(Action.PAUSE);
    }
    if (Transitions.next(state, Event.ORDERED_BACK).isPresent()) {
      actions.add(Action.ROLL_BACK);
    }
    return actions;
  }

  Optional<MembersView> members(long id, Optional<String> after) {
    return find(id)
        .map(detail -> {
          Rollout rollout = detail.rollout();
          List<Members.Member> members = rollouts.members(id, after.orElse(""));
          boolean more = members.size() == Rollouts.MOST_MEMBERS;
          return new MembersView(
              id,
              names.title(rollout.model(), rollout.counter()),
              members.stream().map(member -> member(rollout.model(), member)).toList(),
              more ? Optional.of(members.getLast().device()) : Optional.empty(),
              after.isEmpty());
        });
  }

  private MembersView.Row member(String model, Members.Member member) {
    return new MembersView.Row(
        member.device(),
        Integer.toString(member.wave() + 1),
        RolloutWords.progress(member.progress()),
        member.before() == 0 ? "no release" : names.release(model, member.before()),
        member.reason(),
        When.of(member.changedAt(), time.instant()));
  }

  /** What going back would mean; asked before it is ordered. */
  Optional<RollBackView> rollBack(long id) {
    return find(id)
        .map(detail -> {
          Totals.OfWave all = detail.totals().all();
          Rollout rollout = detail.rollout();
          return new RollBackView(
              id,
              names.title(rollout.model(), rollout.counter()),
              RolloutWords.state(rollout.state()).word(),
              all.joined() - all.failed() - all.back() - all.stranded(),
              before(rollout));
        });
  }

  /** What most devices ran when they joined. */
  private String before(Rollout rollout) {
    List<Long> counters =
        database.read(handle ->
            handle
                .createQuery(
                    "select before_counter from rollout_members where rollout = :id"
                        + " group by before_counter order by count(*) desc, before_counter")
                .bind("id", rollout.id())
                .mapTo(Long.class)
                .list());
    List<String> releases =
        counters.stream()
            .map(counter -> counter == 0 ? "no release" : names.release(rollout.model(), counter))
            .toList();
    return releases.isEmpty() ? "what they ran before" : String.join(" or ", releases);
  }
}

package dev.skerry.fleet.page;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** A rollout of a fixture fleet in its second wave, in any state. */
final class FixtureRollout {
  private FixtureRollout() {}

  static RolloutView view(long id, String state) {
    boolean held = state.equals("held");
    return new RolloutView(
        id,
        "resnet8-cifar10 1.2.0",
        "resnet8-cifar10",
        3,
        held ? new Badge("held", Tone.BAD) : new Badge(state, Tone.BUSY),
        held
            ? "Held: shadow disagreement 6.2 % (at least 4.9 % at 95 % confidence) exceeds 3 %"
                + " on 1,204 compared requests of 3 devices. Nobody else gets the release"
                + " until a person decides."
            : "Wave 2 of 4 is watched for another 6 min; every gate holds so far.",
        waves(held),
        new Strip(
            "Devices that joined",
            List.of(
                new Strip.Part("serve it", 3, "good"),
                new Strip.Part("on their way", 1, "busy"),
                new Strip.Part("refused it", held ? 1 : 0, "bad"),
                new Strip.Part("went back", 0, "fair"),
                new Strip.Part("silent", 0, "quiet"))),
        gates(held),
        decisions(held),
        List.of(
            new DeviceView.Fact("Devices", "all"),
            new DeviceView.Fact("Before", "1.1.0 (release 2) on 6 devices"),
            new DeviceView.Fact("Windows", "mon-fri 22:00-05:00 Europe/Berlin"),
            new DeviceView.Fact("Rate", "20 devices per minute"),
            new DeviceView.Fact("Priority", "0"),
            new DeviceView.Fact("Started", "by ada")),
        held
            ? EnumSet.of(RolloutView.Action.RESUME, RolloutView.Action.ROLL_BACK)
            : EnumSet.of(
                state.equals("paused") ? RolloutView.Action.RESUME : RolloutView.Action.PAUSE,
                RolloutView.Action.APPROVE,
                RolloutView.Action.ROLL_BACK));
  }

  private static List<RolloutView.Wave> waves(boolean held) {
    return List.of(
        new RolloutView.Wave(
            1,
            "1",
            new Badge("passed", Tone.GOOD),
            List.of("1 of 1 serves it"),
            "All gates held after 12 min"),
        new RolloutView.Wave(
            2,
            "5 %",
            held ? new Badge("held", Tone.BAD) : new Badge("running", Tone.BUSY),
            List.of("3 joined, 2 serve it"),
            held ? "Shadow disagreement" : "6 min left"),
        new RolloutView.Wave(3, "25 %", new Badge("not begun", Tone.QUIET), List.of(), ""),
        new RolloutView.Wave(
            4, "100 %", new Badge("not begun", Tone.QUIET), List.of(), "Asks a person first"));
  }

  private static List<RolloutView.Gate> gates(boolean held) {
    return List.of(
        new RolloutView.Gate(
            "install-failures <= 2 %",
            "Install failures",
            new Badge("more needed", Tone.QUIET),
            new Bullet(0, 0, 0.45, 0.02, true, Words::percent),
            "4 of 10 devices",
            "Install failures 0.0 % so far on 4 devices that settled, 10 devices needed."),
        new RolloutView.Gate(
            "validation-failures == 0",
            "Validation failures",
            new Badge("holds", Tone.GOOD),
            new Bullet(0, 0, 0, 0, true, Words::percent),
            "4 devices",
            "None of 4 devices refused the release."),
        new RolloutView.Gate(
            "shadow-disagreement <= 3 %",
            "Shadow disagreement",
            held ? new Badge("fails", Tone.BAD) : new Badge("holds", Tone.GOOD),
            held
                ? new Bullet(0.062, 0.049, 0.078, 0.03, true, Words::percent)
                : new Bullet(0.012, 0.006, 0.021, 0.03, true, Words::percent),
            "1,204 requests",
            held
                ? "Shadow disagreement 6.2 % (at least 4.9 % at 95 % confidence) exceeds 3 % on"
                    + " 1204 compared requests of 3 devices."
                : "Shadow disagreement 1.2 % (at most 2.1 % at 95 % confidence) is within 3 %."),
        new RolloutView.Gate(
            "latency-p95-ratio <= 1.2",
            "Latency p95, new to old",
            new Badge("holds", Tone.GOOD),
            new Bullet(0.86, 0.81, 0.93, 1.2, true, Words::factor),
            "31,880 requests",
            "Latency p95 is 0.86× of what it was on the same devices."),
        new RolloutView.Gate(
            "error-rate <= 1 %",
            "Error rate",
            new Badge("no data", Tone.QUIET),
            new Bullet(Double.NaN, Double.NaN, Double.NaN, 0.01, true, Words::percent),
            "0 of 1,000 requests",
            "Nothing measured yet: no device serves the release."),
        new RolloutView.Gate(
            "memory-ratio <= 1.5",
            "Memory, new to old",
            new Badge("holds", Tone.GOOD),
            new Bullet(0.93, 0.93, 0.93, 1.5, true, Words::factor),
            "3 devices",
            "Memory is 0.93× of what it was."));
  }

  private static List<RolloutView.Decision> decisions(boolean held) {
    List<RolloutView.Decision> decisions = new ArrayList<>();
    if (held) {
      decisions.add(
          new RolloutView.Decision(
              FixtureFleet.ago(3),
              "Wave 2",
              new Badge("hold", Tone.BAD),
              "Shadow disagreement 6.2 % (at least 4.9 %) exceeds 3 %.",
              List.of(
                  new DeviceView.Fact("shadow-disagreement", "6.2 % of 1,204"),
                  new DeviceView.Fact("limit", "3 %"))));
    }
    decisions.add(
        new RolloutView.Decision(
            FixtureFleet.ago(900),
            "Wave 1",
            new Badge("advance", Tone.GOOD),
            "All six gates held on 1 device for 12 min; wave 2 began.",
            List.of(
                new DeviceView.Fact("shadow-disagreement", "0.9 % of 410"),
                new DeviceView.Fact("latency-p95-ratio", "0.84"),
                new DeviceView.Fact("error-rate", "0 of 3,114"))));
    decisions.add(
        new RolloutView.Decision(
            FixtureFleet.ago(1_700),
            "Start",
            new Badge("begin", Tone.BUSY),
            "ada started it.",
            List.of()));
    return decisions;
  }
}

package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A fleet of twelve devices in the middle of a rollout, as views: what pages are tried with. It
 * remembers what forms ask for, and devices in it say hostile things.
 */
final class FixtureFleet implements FleetViews, FleetActions {
  /** Text that breaks whatever does not escape it. */
  static final String HOSTILE = "</code><script>alert(1)</script>\"'&{{\u202Eevil\u0007";

  static final Instant NOW = Instant.parse("2026-11-24T14:00:00Z");

  final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> labels = new ConcurrentSkipListMap<>();
  private volatile String state = "running";
  private volatile boolean empty;

  FixtureFleet() {
    labels.put("site", "berlin");
    labels.put("line", "3");
  }

  /** As before anything was done. */
  void clear() {
    empty = true;
  }

  /** The canary's shadow disagrees too often. */
  void hold() {
    state = "held";
  }

  /** The device says something else of itself. */
  void label(String name, String value) {
    labels.put(name, value);
  }

  static When ago(long seconds) {
    return When.of(NOW.minusSeconds(seconds), NOW);
  }

  @Override
  public OverviewView overview() {
    if (empty) {
      return new OverviewView(
          List.of(),
          new OverviewView.Health(0, 0, 0, 0),
          List.of(),
          List.of(),
          List.of(),
          List.of(
              new OverviewView.Step(
                  "Publish a release",
                  "Make variants of a model, sign them, and put them where the fleet serves them.",
                  "skerry release publish MODEL.release --repo repo/"),
              new OverviewView.Step(
                  "Let devices in",
                  "A claim token lets devices enrol; each makes its own key and gets a"
                      + " certificate.",
                  "skerry fleet token create --claim --uses 100"),
              new OverviewView.Step(
                  "Roll it out",
                  "In waves, each held to gates on what devices measure.",
                  "skerry fleet rollouts create --model resnet8-cifar10 --release 1")));
    }
    return new OverviewView(
        List.of(
            new OverviewView.Attention(
                Tone.BAD,
                "person-detect 2.1.0 is held",
                "Shadow disagreement 6.2 % (at least 4.9 % at 95 % confidence) exceeds 3 % on 1,204"
                    + " compared requests of 1 device. Nobody else gets the release until you"
                    + " decide.",
                "/rollouts/8",
                "Decide"),
            new OverviewView.Attention(
                Tone.FAIR,
                "resnet8-cifar10 1.2.0 waits for an approval",
                "Wave 2 (25 %) passed its gates; wave 3 (100 %) asks a person first.",
                "/rollouts/7",
                "Look and approve"),
            new OverviewView.Attention(
                Tone.BAD,
                "edge-berlin-07 is stopped",
                "It refuses release 3 of resnet8-cifar10: golden vectors differ by 0.31, 0.02 is"
                    + " allowed.",
                "/devices/edge-berlin-07",
                "Look")),
        new OverviewView.Health(7, 3, 1, 1),
        List.of(
            new OverviewView.Field("resnet8-cifar10", strip(5, 6, 1)),
            new OverviewView.Field("person-detect", strip(0, 9, 3))),
        List.of(row(7), row(8)),
        List.of(
            happening(42, "Wave 2 of resnet8-cifar10 1.2.0 began: 3 devices"),
            happening(340, "edge-berlin-07 refused release 3: golden vectors"),
            happening(1_900, "ada set label site = hamburg on edge-hamburg-01"),
            happening(7_400, "ada started a rollout of resnet8-cifar10 1.2.0 to all")),
        List.of());
  }

  private static Strip strip(long newest, long before, long older) {
    return new Strip(
        "Devices by version, newest first",
        List.of(
            new Strip.Part("1.2.0", newest, "v0"),
            new Strip.Part("1.1.0", before, "v1"),
            new Strip.Part("1.0.0", older, "v2")));
  }

  private static OverviewView.Happening happening(long seconds, String text) {
    return new OverviewView.Happening(ago(seconds), text, "/audit");
  }

  private RolloutRow row(long id) {
    boolean held = id == 8 || state.equals("held");
    return new RolloutRow(
        id,
        id == 8 ? "person-detect 2.1.0" : "resnet8-cifar10 1.2.0",
        id == 8 ? "site = berlin and target in (arm64, arm64-dot)" : "all",
        held ? new Badge("held", Tone.BAD) : new Badge(state, Tone.BUSY),
        held
            ? "Held since shadow disagreement 6.2 % exceeds 3 % on 1,204 compared requests."
            : "Wave 2 of 4 is watched for another 6 min; every gate holds so far.",
        List.of(
            new RolloutRow.Wave("1", held ? Tone.BAD : Tone.GOOD, held ? "stopped" : "passed"),
            new RolloutRow.Wave(
                "5 %", held ? Tone.QUIET : Tone.BUSY, held ? "not begun" : "running"),
            new RolloutRow.Wave("25 %", Tone.QUIET, "not begun"),
            new RolloutRow.Wave("100 %", Tone.QUIET, "not begun")),
        held ? "0 of 1 device serves it" : "3 of 4 devices serve it",
        ago(4_200));
  }

  @Override
  public DevicesView devices(String selector, Optional<String> after) {
    List<String> examples =
        List.of("site = berlin", "target in (arm64, arm64-dot) and not canary", "cores >= 4");
    Optional<String> error =
        selector.contains("sitee")
            ? Optional.of(
                "selector: no device has an attribute 'sitee'; did you mean 'site'?\n  "
                    + selector
                    + "\n  ^ here, at character 1")
            : Optional.empty();
    boolean none = selector.contains("atlantis");
    return new DevicesView(
        selector,
        error,
        examples,
        empty ? 0 : 12,
        empty || error.isPresent() || none ? List.of() : rows(),
        after.isPresent() ? Optional.empty() : Optional.of("edge-hamburg-02"),
        after.isEmpty());
  }

  private List<DevicesView.Row> rows() {
    return List.of(
        new DevicesView.Row(
            "edge-berlin-01",
            "x86-64-vnni",
            new Badge("as desired", Tone.GOOD),
            "resnet8-cifar10 1.2.0",
            "",
            Map.copyOf(labels),
            Optional.of(ago(3))),
        new DevicesView.Row(
            "edge-berlin-07",
            "arm64-dot",
            new Badge("stopped", Tone.BAD),
            "resnet8-cifar10 1.1.0",
            "should run 1.2.0 and refuses it: golden vectors",
            Map.of("site", "berlin", "canary", "true"),
            Optional.of(ago(11))),
        new DevicesView.Row(
            "edge-hamburg-01",
            "arm64-dot",
            new Badge("on its way", Tone.BUSY),
            "resnet8-cifar10 1.1.0",
            "shadows 1.2.0",
            Map.of("site", "hamburg"),
            Optional.of(ago(28))),
        new DevicesView.Row(
            "edge-hamburg-02",
            "arm64",
            new Badge("silent", Tone.QUIET),
            "resnet8-cifar10 1.0.0",
            "",
            Map.of("site", "hamburg", "note", HOSTILE),
            Optional.empty()));
  }

  @Override
  public Optional<DeviceView> device(String id) {
    if (!id.startsWith("edge-")) {
      return Optional.empty();
    }
    List<DeviceView.Label> shown = new ArrayList<>();
    labels.forEach((name, value) -> shown.add(new DeviceView.Label(name, value, false)));
    shown.add(new DeviceView.Label("hardware", "rev-c", true));
    return Optional.of(
        new DeviceView(
            id,
            new Badge("stopped", Tone.BAD),
            "Serves resnet8-cifar10 1.1.0 and should serve 1.2.0, which it refuses: golden vectors"
                + " differ by 0.31, 0.02 is allowed.",
            Optional.of(ago(11)),
            facts(),
            shown,
            List.of(model()),
            events()));
  }

  private static List<DeviceView.Fact> facts() {
    return List.of(
        new DeviceView.Fact("Target", "arm64-dot"),
        new DeviceView.Fact("Architecture", "arm64"),
        new DeviceView.Fact("Cores", "4"),
        new DeviceView.Fact("Memory for models", "512 MiB"),
        new DeviceView.Fact("Providers", "cpu"),
        new DeviceView.Fact("Engine", "onnxruntime 1.29.0"),
        new DeviceView.Fact("Agent", "0.1.0"),
        new DeviceView.Fact("CPU features", "asimd, asimddp, asimdhp, crc32, fphp"));
  }

  private static DeviceView.Model model() {
    return new DeviceView.Model(
        "resnet8-cifar10",
        new Badge("serving", Tone.GOOD),
        "Serves release 2; release 3 was refused.",
        ago(1_300),
        "Should run 1.2.0 (release 3): rollout 7, wave 2.",
        Optional.of("/rollouts/7"),
        List.of(
            new DeviceView.Slot("active", Optional.of("1.1.0 (release 2)"), "arm64-dot.1 · int8"),
            new DeviceView.Slot("candidate", Optional.empty(), ""),
            new DeviceView.Slot(
                "fallback", Optional.of("1.0.0 (release 1)"), "arm64-dot.1 · int8")),
        List.of(
            new DeviceView.Quality(
                "1.2.0 (release 3)",
                "shadow of release 2",
                "1,204",
                "0",
                "2.1 ms",
                "3.0 ms",
                "93.8 %",
                "41 MiB"),
            new DeviceView.Quality(
                "1.1.0 (release 2)",
                "served",
                "88,410",
                "2",
                "2.3 ms",
                "3.4 ms",
                Words.NOTHING,
                "44 MiB")),
        List.of(
            new DeviceView.Refusal(
                "1.2.0 (release 3)",
                "golden-vectors",
                "sample 4, output probabilities differs by 0.31, 0.02 is allowed " + HOSTILE,
                ago(340))));
  }

  private static List<DeviceView.Event> events() {
    return List.of(
        new DeviceView.Event(
            ago(340), "refused", "golden vectors differ by 0.31", "resnet8-cifar10 3", Tone.BAD),
        new DeviceView.Event(
            ago(352), "downloaded", "1.4 MiB of 5.1 MiB were new", "resnet8-cifar10 3", Tone.QUIET),
        new DeviceView.Event(ago(3_600), HOSTILE, HOSTILE, HOSTILE, Tone.QUIET),
        new DeviceView.Event(
            ago(86_500), "activated", "serves since", "resnet8-cifar10 2", Tone.GOOD));
  }

  @Override
  public ReleasesView releases() {
    if (empty) {
      return new ReleasesView(List.of(), Optional.empty());
    }
    return new ReleasesView(
        List.of(
            new ReleasesView.Model(
                "resnet8-cifar10",
                List.of(
                    release(
                        3, "1.2.0", "87.4 % top1", 5, Optional.of(new Badge("running", Tone.BUSY))),
                    release(
                        2, "1.1.0", "86.9 % top1", 6, Optional.of(new Badge("done", Tone.GOOD))),
                    release(1, "1.0.0", "85.0 % top1", 1, Optional.empty())))),
        Optional.empty());
  }

  private static ReleasesView.Row release(
      long counter, String version, String quality, long devices, Optional<Badge> rollout) {
    return new ReleasesView.Row(
        counter,
        version,
        quality,
        "96 KiB to 310 KiB",
        "x86-64-vnni, arm64-dot, arm64",
        devices,
        rollout);
  }

  @Override
  public Optional<ReleaseView> release(String model, long counter) {
    if (counter > 3) {
      return Optional.empty();
    }
    return Optional.of(
        new ReleaseView(
            model,
            counter,
            "1.2.0",
            5,
            12,
            Optional.of(scatter()),
            List.of(
                ladder("x86-64-vnni", "x86-64 with avx512_vnni", 1.0),
                ladder("arm64-dot", "arm64 with asimddp", 2.4)),
            List.of(
                new DeviceView.Fact("Model file", "sha256 3b1f…9c02"),
                new DeviceView.Fact("Calibration data", "sha256 77aa…10fe"),
                new DeviceView.Fact("Made by", "skerry 0.1.0, onnxruntime 1.29.0"),
                new DeviceView.Fact("Command", "skerry optimize model.toml --out out")),
            List.of(row(7)),
            form()));
  }

  private static ReleaseView.RolloutForm form() {
    return new ReleaseView.RolloutForm(
        "all",
        "1, 5 %, 25 %, 100 %",
        "10m",
        "install-failures <= 2 %\nvalidation-failures == 0\nshadow-disagreement <= 3 %\n"
            + "latency-p95-ratio <= 1.2\nerror-rate <= 1 %\nmemory-ratio <= 1.5",
        "",
        "0",
        "0",
        false,
        Map.of());
  }

  private static ReleaseView.Ladder ladder(String target, String needs, double slower) {
    return new ReleaseView.Ladder(
        target,
        needs,
        List.of(
            rung(target + ".1", "int8, float head", "87.4 %", "", 210 * slower, "62%", "74%"),
            rung(target + ".2", "int8", "87.1 %", "−0.3 pp", 160 * slower, "47%", "52%"),
            rung(
                target + ".3",
                "int8, 40 % pruned",
                "85.2 %",
                "−2.2 pp",
                96 * slower,
                "28%",
                "31%")));
  }

  private static ReleaseView.Rung rung(
      String name,
      String technique,
      String quality,
      String lost,
      double micros,
      String latencyWidth,
      String sizeWidth) {
    return new ReleaseView.Rung(
        name,
        technique,
        new ReleaseView.Bar(quality, lost, ""),
        new ReleaseView.Bar(Words.micros(micros), "", latencyWidth),
        new ReleaseView.Bar("188 KiB", "", sizeWidth),
        "99.1 %");
  }

  private static ScatterPlot scatter() {
    List<ScatterPlot.Point> points = new ArrayList<>();
    for (String target : List.of("x86-64-vnni", "arm64-dot")) {
      double slower = target.startsWith("x") ? 1 : 2.4;
      points.add(point(target, 1, 210 * slower, 87.4));
      points.add(point(target, 2, 160 * slower, 87.1));
      points.add(point(target, 3, 96 * slower, 85.2));
    }
    return new ScatterPlot(
        "Quality against latency",
        "latency p50, as measured when it was made",
        "top1",
        points,
        Words::micros,
        tick -> Words.decimals(tick, 1) + " %");
  }

  private static ScatterPlot.Point point(String target, int rung, double micros, double top1) {
    return new ScatterPlot.Point(
        target,
        target + "." + rung,
        micros,
        top1,
        Words.micros(micros) + ", " + Words.decimals(top1, 1) + " %");
  }

  @Override
  public RolloutsView rollouts() {
    return empty
        ? new RolloutsView(List.of(), List.of())
        : new RolloutsView(List.of(row(7)), List.of(row(8)));
  }

  @Override
  public Optional<RolloutView> rollout(long id) {
    return id == 7 || id == 8 ? Optional.of(FixtureRollout.view(id, state)) : Optional.empty();
  }

  @Override
  public Optional<MembersView> members(long id, Optional<String> after) {
    return rollout(id)
        .map(view ->
            new MembersView(
                id,
                view.title(),
                List.of(
                    new MembersView.Row(
                        "edge-berlin-01",
                        "1",
                        new Badge("runs it", Tone.GOOD),
                        "1.1.0 (release 2)",
                        "",
                        ago(900)),
                    new MembersView.Row(
                        "edge-berlin-07",
                        "2",
                        new Badge("will not run it", Tone.BAD),
                        "1.1.0 (release 2)",
                        "golden-vectors: " + HOSTILE,
                        ago(340))),
                Optional.empty(),
                after.isEmpty()));
  }

  @Override
  public Optional<RollBackView> rollBack(long id) {
    return rollout(id)
        .map(view ->
            new RollBackView(id, view.title(), view.state().word(), 4, "1.1.0 (release 2)"));
  }

  private static AuditView.Row changed(
      long seconds, String who, String what, String subject, String before, String after) {
    return new AuditView.Row(ago(seconds), who, what, subject, Changes.between(before, after));
  }

  @Override
  public AuditView audit(String query, Optional<Long> before) {
    if (empty) {
      return new AuditView(query, List.of(), Optional.empty(), true);
    }
    return new AuditView(
        query,
        List.of(
            changed(200, "ada", "device.label", "edge-berlin-07", "", "{\"site\":\"berlin\"}"),
            changed(
                1_700,
                "ada",
                "rollout.pause",
                "rollout 7",
                "{\"state\":\"running\",\"wave\":2}",
                "{\"state\":\"paused\",\"wave\":2}"),
            changed(5_000, "device edge-berlin-07", "device.label", "edge-7", HOSTILE, HOSTILE),
            changed(90_000, "admin", "token.create", "ada", "", "{\"scope\":\"operator\"}")),
        before.isPresent() ? Optional.empty() : Optional.of("12"),
        before.isEmpty());
  }

  @Override
  public void setLabel(Principal who, String device, String name, String value) {
    asked.add("%s labels %s %s=%s".formatted(who.name(), device, name, value));
    labels.put(name, value);
  }

  @Override
  public void removeLabel(Principal who, String device, String name) {
    asked.add("%s unlabels %s %s".formatted(who.name(), device, name));
    labels.remove(name);
  }

  @Override
  public long start(Principal who, String model, long counter, ReleaseView.RolloutForm form) {
    if (form.waves().contains("x")) {
      throw new FormException(Map.of("waves", "the size of a wave is 'x', a number was expected"));
    }
    asked.add("%s starts %s %d to %s".formatted(who.name(), model, counter, form.selector()));
    return 7;
  }

  @Override
  public void steer(Principal who, long rollout, RolloutView.Action action, String reason) {
    asked.add("%s %s %d: %s".formatted(who.name(), action.name, rollout, reason));
    state =
        switch (action) {
          case PAUSE -> "paused";
          case RESUME, APPROVE -> "running";
          case ROLL_BACK -> "rolling back";
        };
  }
}

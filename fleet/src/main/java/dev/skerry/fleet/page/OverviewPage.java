package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.rollout.State;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The fleet at a glance: from counters that are kept, never by counting devices' rows. */
final class OverviewPage {
  private static final int RECENT = 8;

  /** Versions that have a colour of their own; older ones share the last. */
  private static final int COLOURS = 4;

  private final Devices devices;
  private final Catalogue catalogue;
  private final Audit audit;
  private final RolloutRows rows;
  private final Names names;
  private final InstantSource time;
  private final Duration silence;

  OverviewPage(Dashboard.Parts parts, RolloutRows rows) {
    this.devices = parts.devices();
    this.catalogue = parts.catalogue();
    this.audit = parts.audit();
    this.rows = rows;
    this.names = new Names(parts.releases());
    this.time = parts.time();
    this.silence = parts.silence();
  }

  OverviewView view() {
    Instant now = time.instant();
    List<RolloutRows.Row> open = rows.open();
    List<Devices.Serving> field = devices.field();
    long all = devices.count();
    return new OverviewView(
        attention(open),
        health(all, Math.max(0, all - devices.seenSince(now.minus(silence))), open),
        field(field),
        open.stream().map(rows::show).toList(),
        recent(now),
        all == 0 || field.isEmpty() && open.isEmpty() ? steps(all) : List.of());
  }

  private List<OverviewView.Attention> attention(List<RolloutRows.Row> open) {
    List<OverviewView.Attention> found = new ArrayList<>();
    catalogue
        .problem()
        .ifPresent(problem ->
            found.add(
                new OverviewView.Attention(
                    Tone.BAD,
                    "The repository cannot be used",
                    Words.sentence(problem) + ".",
                    "/releases",
                    "Look")));
    open.stream().filter(row -> !row.needs().isEmpty()).map(this::needs).forEach(found::add);
    open.stream()
        .filter(row -> row.needs().isEmpty() && row.failed() + row.stranded() > 0)
        .map(this::failures)
        .forEach(found::add);
    return found.stream().sorted(Comparator.comparing(OverviewPage::urgency)).toList();
  }

  private static int urgency(OverviewView.Attention attention) {
    return attention.tone() == Tone.BAD ? 0 : 1;
  }

  private OverviewView.Attention needs(RolloutRows.Row row) {
    boolean approval = row.needs().startsWith("approve");
    String title = names.title(row.model(), row.counter());
    return new OverviewView.Attention(
        row.state() == State.HELD || row.stranded() > 0 ? Tone.BAD : Tone.FAIR,
        approval
            ? title + " waits for an approval"
            : "%s is %s".formatted(title, RolloutWords.state(row.state()).word()),
        "%s. %s.".formatted(Words.sentence(row.why()), Words.sentence(row.needs())),
        Links.rollout(row.id()),
        approval ? "Look and approve" : "Decide");
  }

  private OverviewView.Attention failures(RolloutRows.Row row) {
    return new OverviewView.Attention(
        Tone.FAIR,
        "%s will not run %s"
            .formatted(
                Words.count(row.failed() + row.stranded(), "device"),
                names.title(row.model(), row.counter())),
        "They go on serving what they have. Their pages say what they found.",
        Links.rollout(row.id()),
        "Look");
  }

  private static OverviewView.Health health(long all, long silent, List<RolloutRows.Row> open) {
    long stopped =
        Math.min(all - silent, open.stream().mapToLong(row -> row.failed() + row.stranded()).sum());
    long moving =
        Math.min(all - silent - stopped, open.stream().mapToLong(RolloutRows.Row::moving).sum());
    return new OverviewView.Health(all - silent - stopped - moving, moving, stopped, silent);
  }

  private List<OverviewView.Field> field(List<Devices.Serving> field) {
    Map<String, List<Devices.Serving>> models = new LinkedHashMap<>();
    field.stream()
        .sorted(
            Comparator.comparing(Devices.Serving::model)
                .thenComparing(Devices.Serving::counter, Comparator.reverseOrder()))
        .forEach(serving ->
            models.computeIfAbsent(serving.model(), _ -> new ArrayList<>()).add(serving));
    return models.entrySet().stream()
        .map(model -> new OverviewView.Field(model.getKey(), strip(model.getValue())))
        .toList();
  }

  private Strip strip(List<Devices.Serving> newestFirst) {
    List<Strip.Part> parts = new ArrayList<>();
    for (Devices.Serving serving : newestFirst) {
      parts.add(
          new Strip.Part(
              names.version(serving.model(), serving.counter()),
              serving.devices(),
              "v" + Math.min(parts.size(), COLOURS - 1)));
    }
    return new Strip("Devices by version, newest first", parts);
  }

  private List<OverviewView.Happening> recent(Instant now) {
    return audit.list(Long.MAX_VALUE, "", RECENT).stream()
        .map(entry ->
            new OverviewView.Happening(
                When.of(entry.at(), now), happened(entry), Links.audit(entry.subject())))
        .toList();
  }

  private static String happened(Audit.Entry entry) {
    String did =
        switch (entry.action()) {
          case "rollout.create" -> "started";
          case "rollout.pause" -> "paused";
          case "rollout.resume" -> "resumed";
          case "rollout.approve" -> "approved a wave of";
          case "rollout.cancel" -> "ended";
          case "rollout.rollback" -> "rolled back";
          case "rollout.reason" -> "gave a reason for";
          case "device.label" -> "labelled";
          case "device.revoke" -> "revoked";
          case "device.enrol" -> "enrolled";
          case "token.create" -> "made the token";
          case "token.revoke" -> "revoked the token";
          case "claim.create" -> "made the claim token";
          case "claim.revoke" -> "revoked the claim token";
          case String other -> "did " + other + " to";
        };
    return "%s %s %s".formatted(entry.who(), did, entry.subject());
  }

  private List<OverviewView.Step> steps(long all) {
    List<OverviewView.Step> steps = new ArrayList<>();
    boolean released = !catalogue.releases().isEmpty();
    if (!released) {
      steps.add(
          new OverviewView.Step(
              "Publish a release",
              "Make variants of a model, sign them, and put them where the fleet serves them.",
              Commands.PUBLISH));
    }
    if (all == 0) {
      steps.add(
          new OverviewView.Step(
              "Let devices in",
              "A claim token lets devices enrol; each makes its own key and gets a certificate.",
              Commands.CLAIM));
    }
    steps.add(
        new OverviewView.Step(
            "Roll it out",
            "In waves, each held to gates on what devices measure.",
            catalogue.releases().stream()
                .findFirst()
                .map(release -> Commands.rollOut(release.model(), release.counter()))
                .orElse(Commands.rollOut("MODEL", 1))));
    return steps;
  }
}

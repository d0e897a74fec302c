package dev.skerry.fleet.page;

import dev.skerry.fleet.device.DeviceEntry;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.rollout.DeviceAttributes;
import dev.skerry.fleet.rollout.Releases;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.selector.Selector;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.Facts;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import dev.skerry.wire.SlotRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The list of devices, and a page for each. */
final class DevicePages {
  /** Devices on a page of the list. */
  private static final int PAGE = 50;

  private static final int EVENTS = 100;
  private static final int RUNS = 20;

  private static final List<String> EXAMPLES =
      List.of("site = berlin and not canary", "target in (arm64, arm64-dot)", "cores >= 4");

  private static final Set<String> BAD_EVENTS =
      Set.of("refused", "failed", "disagreed", "returned", "rolled-back", "withdrawn");
  private static final Set<String> GOOD_EVENTS = Set.of("activated", "committed", "passed");

  private final Devices devices;
  private final Reports reports;
  private final Rollouts rollouts;
  private final Releases releases;
  private final MembershipRows memberships;
  private final Names names;
  private final InstantSource time;
  private final Duration silence;

  DevicePages(Dashboard.Parts parts) {
    this.devices = parts.devices();
    this.reports = parts.reports();
    this.rollouts = parts.rollouts();
    this.releases = parts.releases();
    this.memberships = new MembershipRows(parts.database());
    this.names = new Names(parts.releases());
    this.time = parts.time();
    this.silence = parts.silence();
  }

  DevicesView list(String query, Optional<String> after) {
    Optional<String> error = Optional.empty();
    Selector selector = Selector.ALL;
    try {
      selector = query.isEmpty() ? Selector.ALL : rollouts.selector(query);
    } catch (FleetException e) {
      error = Optional.of(String.valueOf(e.getMessage()));
    }
    Devices.Page page =
        error.isPresent()
            ? new Devices.Page(List.of(), Optional.empty())
            : page(selector, after.orElse(""));
    return new DevicesView(
        query,
        error,
        EXAMPLES,
        devices.count(),
        page.devices().stream().map(this::row).toList(),
        page.next(),
        after.isEmpty());
  }

  private Devices.Page page(Selector selector, String after) {
    return selector.equals(Selector.ALL)
        ? devices.list(_ -> true, after, PAGE)
        : devices.list(
            device -> selector.matches(DeviceAttributes.of(device, releases)), after, PAGE);
  }

  private DevicesView.Row row(DeviceEntry device) {
    DeviceStates.Shown state = DeviceStates.of(device, time.instant(), silence);
    return new DevicesView.Row(
        device.id(),
        device.view().facts().target(),
        state.badge(),
        runs(device.view().models()),
        state.why(),
        device.view().labels(),
        seen(device));
  }

  private String runs(List<ModelStatus> models) {
    return models.stream()
        .flatMap(model -> DeviceStates.slot(model, "active").stream())
        .map(slot -> names.title(slot.model(), slot.counter()))
        .collect(Collectors.joining(", "));
  }

  private Optional<When> seen(DeviceEntry device) {
    return device.lastSeen().map(this::when);
  }

  private When when(Instant at) {
    return When.of(at, time.instant());
  }

  Optional<DeviceView> device(String id) {
    return devices.find(id).map(this::view);
  }

  private DeviceView view(DeviceEntry device) {
    DeviceStates.Shown state = DeviceStates.of(device, time.instant(), silence);
    List<QualityRecord> quality = reports.quality(device.id(), RUNS);
    List<MembershipRows.Row> joined = memberships.of(device.id());
    return new DeviceView(
        device.id(),
        state.badge(),
        lead(device, state),
        seen(device),
        facts(device),
        labels(device),
        device.view().models().stream().map(model -> model(model, quality, joined)).toList(),
        reports.events(device.id(), Long.MAX_VALUE, EVENTS).stream().map(this::event).toList());
  }

  private String lead(DeviceEntry device, DeviceStates.Shown state) {
    String runs = runs(device.view().models());
    String serves = runs.isEmpty() ? "Serves nothing" : "Runs " + runs;
    return state.why().isEmpty() ? serves + "." : "%s; %s.".formatted(serves, state.why());
  }

  private List<DeviceView.Fact> facts(DeviceEntry device) {
    Facts facts = device.view().facts();
    return List.of(
        new DeviceView.Fact("Target", facts.target()),
        new DeviceView.Fact("Architecture", facts.architecture()),
        new DeviceView.Fact("Cores", Integer.toString(facts.cores())),
        new DeviceView.Fact("Memory for models", Words.bytes(facts.memoryBytes())),
        new DeviceView.Fact("Providers", String.join(", ", facts.providers())),
        new DeviceView.Fact("Engine", facts.engine()),
        new DeviceView.Fact("Agent", facts.agent()),
        new DeviceView.Fact("Enrolled", when(device.enrolledAt()).exact()),
        new DeviceView.Fact("CPU features", String.join(", ", facts.features())));
  }

  private static List<DeviceView.Label> labels(DeviceEntry device) {
    List<DeviceView.Label> labels = new ArrayList<>();
    device
        .view()
        .labels()
        .forEach((name, value) ->
            labels.add(new DeviceView.Label(name, value, !device.setLabels().containsKey(name))));
    return labels;
  }

  private DeviceView.Model model(
      ModelStatus status, List<QualityRecord> quality, List<MembershipRows.Row> joined) {
    Optional<MembershipRows.Row> newest =
        joined.stream().filter(row -> row.model().equals(status.model())).findFirst();
    return new DeviceView.Model(
        status.model(),
        badge(status),
        Words.sentence(status.doing()),
        when(status.since()),
        newest.map(this::desired).orElse("No rollout is about it: it keeps what it has."),
        newest.map(row -> Links.rollout(row.rollout())),
        List.of(slot(status, "active"), slot(status, "candidate"), slot(status, "fallback")),
        quality.stream()
            .filter(record -> record.model().equals(status.model()))
            .map(this::quality)
            .toList(),
        status.refused().reversed().stream()
            .map(refusal ->
                new DeviceView.Refusal(
                    names.release(refusal.model(), refusal.counter()),
                    refusal.reason(),
                    refusal.evidence(),
                    when(refusal.at())))
            .toList());
  }

  private static Badge badge(ModelStatus status) {
    if (!status.state().equals("idle")) {
      return new Badge(status.state(), tone(status.state()));
    }
    return DeviceStates.slot(status, "active").isPresent()
        ? new Badge("serving", Tone.GOOD)
        : new Badge("nothing to serve", Tone.QUIET);
  }

  private static Tone tone(String state) {
    return switch (state) {
      case "committed" -> Tone.GOOD;
      case "refused", "returning" -> Tone.BAD;
      case "downloading", "verifying", "validating", "shadow", "probation" -> Tone.BUSY;
      case String unknown -> Tone.QUIET;
    };
  }

  private String desired(MembershipRows.Row row) {
    String release = names.release(row.model(), row.counter());
    String wave = "rollout %d, wave %d".formatted(row.rollout(), row.wave() + 1);
    return switch (row.progress()) {
      case ASSIGNED -> "Should run %s: %s.".formatted(release, wave);
      case ACTIVE -> "Runs %s as it should: %s.".formatted(release, wave);
      case FAILED ->
          "Should have run %s: %s. It will not: %s.".formatted(release, wave, row.reason());
      case BACK -> "Went back from %s: %s was rolled back.".formatted(release, wave);
      case STRANDED -> "Should go back from %s and cannot: %s.".formatted(release, wave);
    };
  }

  private DeviceView.Slot slot(ModelStatus status, String place) {
    Optional<SlotRecord> slot = DeviceStates.slot(status, place);
    return new DeviceView.Slot(
        place,
        slot.map(found -> names.release(found.model(), found.counter())),
        slot.map(SlotRecord::variant).orElse(""));
  }

  private DeviceView.Quality quality(QualityRecord record) {
    boolean answered = record.latency().count() > 0;
    return new DeviceView.Quality(
        names.release(record.model(), record.counter()),
        side(record),
        Words.grouped(record.requests()),
        Words.grouped(record.failed()),
        answered ? Words.micros(record.latency().quantileMicros(0.5)) : Words.NOTHING,
        answered ? Words.micros(record.latency().quantileMicros(0.95)) : Words.NOTHING,
        record
            .shadow()
            .filter(shadow -> shadow.compared() > 0)
            .map(shadow -> Words.percent((double) shadow.agreed() / shadow.compared()))
            .orElse(Words.NOTHING),
        record.residentBytes().isPresent()
            ? Words.bytes(record.residentBytes().getAsLong())
            : Words.NOTHING);
  }

  private static String side(QualityRecord record) {
    return switch (record.side()) {
      case SERVED -> "served";
      case SHADOW ->
          record.shadow().map(shadow -> "shadow of release " + shadow.against()).orElse("shadow");
    };
  }

  private DeviceView.Event event(EventRecord event) {
    String about =
        event.counter() == 0 ? event.model() : event.model() + " release " + event.counter();
    Tone tone =
        BAD_EVENTS.contains(event.event())
            ? Tone.BAD
            : GOOD_EVENTS.contains(event.event()) ? Tone.GOOD : Tone.QUIET;
    return new DeviceView.Event(when(event.at()), event.event(), event.text(), about, tone);
  }
}

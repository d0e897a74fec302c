package dev.skerry.fleet.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.fleet.access.Principal;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.page.RolloutView.Action;
import dev.skerry.fleet.problem.FleetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of a fleet in a database: that they say what is. */
final class StoreViewsTest {
  private static final Principal ADA = new Principal("ada", Scope.OPERATOR, "token");
  private static final String PLAN =
      "{'model': 'bearing-faults', 'counter': 2,"
          + " 'waves': [{'size': '1', 'soak': '1 m'}, {'size': '100 %', 'approval': true}],"
          + " 'gates': ['shadow-disagreement <= 3 %', 'validation-failures <= 50 %']}";

  @TempDir private Path folder;
  private StoredFleet fleet;
  private StoreViews views;
  private StoreActions actions;

  @BeforeEach
  void start() {
    fleet = new StoredFleet(folder);
    views = new StoreViews(fleet.parts);
    actions = new StoreActions(fleet.parts);
  }

  @AfterEach
  void stop() {
    fleet.close();
  }

  /** A rollout whose first device has joined. */
  private long begun() {
    fleet.enrol("dev-1", "dev-2", "dev-3");
    long id = fleet.create(PLAN);
    fleet.decide();
    assertThat(fleet.poll("dev-1")).isEqualTo(2);
    return id;
  }

  @Test
  void overview_emptyFleet_saysTheNextSteps() {
    OverviewView view = views.overview();
    assertThat(view.start()).extracting(OverviewView.Step::title).contains("Let devices in");
    assertThat(view.start().getLast().command()).contains("--model bearing-faults --release 2");
    assertThat(view.health().all()).isZero();
  }

  @Test
  void overview_countsEachDeviceOnce() {
    begun();
    OverviewView view = views.overview();
    assertThat(view.health()).isEqualTo(new OverviewView.Health(2, 1, 0, 0));
    assertThat(view.field().getFirst().versions().parts())
        .containsExactly(new Strip.Part("1.0.0", 3, "v0"));
    assertThat(view.attention()).isEmpty();

    fleet.pass(Duration.ofMinutes(5));
    assertThat(views.overview().health()).isEqualTo(new OverviewView.Health(0, 0, 0, 3));
  }

  @Test
  void rollout_disagrees_isHeldAndSaysWhyEverywhere() {
    long id = begun();
    fleet.shadowed("dev-1", 1_000, 800);
    fleet.decide();

    RolloutView view = views.rollout(id).orElseThrow();
    assertThat(view.title()).isEqualTo("bearing-faults 1.1.0");
    assertThat(view.state()).isEqualTo(new Badge("held", Tone.BAD));
    assertThat(view.why()).contains("shadow disagreement").contains("exceeds");
    assertThat(view.actions()).containsExactly(Action.RESUME, Action.ROLL_BACK);
    RolloutView.Gate gate = view.gates().getFirst();
    assertThat(gate.verdict()).isEqualTo(new Badge("fails", Tone.BAD));
    assertThat(gate.bullet().value()).isEqualTo(0.2);
    assertThat(view.gates().get(1).verdict().word()).isEqualTo("no data");
    assertThat(view.waves())
        .extracting(wave -> wave.state().word())
        .containsExactly("held", "not begun");
    assertThat(view.decisions().getFirst().figures().getFirst().value()).isEqualTo("20 % of 1,000");

    OverviewView overview = views.overview();
    assertThat(overview.attention().getFirst().title()).isEqualTo("bearing-faults 1.1.0 is held");
    assertThat(overview.attention().getFirst().why()).contains("exceeds");
    assertThat(overview.attention().getFirst().path()).isEqualTo("/rollouts/" + id);
    assertThat(views.rollouts().open()).hasSize(1);
  }

  @Test
  void rollout_passes_waitsForAPerson() {
    long id = begun();
    fleet.activated("dev-1");
    fleet.shadowed("dev-2", 1_000, 999); // not in the rollout: counts for nothing
    actions.steer(ADA, id, Action.PAUSE, "");
    assertThat(views.rollout(id).orElseThrow().why()).isEqualTo("Paused by ada.");
    assertThat(views.rollout(id).orElseThrow().actions())
        .containsExactly(Action.RESUME, Action.ROLL_BACK);
    actions.steer(ADA, id, Action.RESUME, "");
    fleet.decide();
    assertThat(views.rollout(id).orElseThrow().cohort().parts())
        .contains(new Strip.Part("run it", 1, "good"));
    assertThat(views.rollout(id).orElseThrow().gates().getFirst().bullet().isMeasured()).isFalse();
  }

  @Test
  void rollBack_saysWhatItMeans_andKeepsTheReason() {
    long id = begun();
    fleet.activated("dev-1");
    RollBackView view = views.rollBack(id).orElseThrow();
    assertThat(view.devices()).isEqualTo(1);
    assertThat(view.before()).isEqualTo("1.0.0 (release 1)");

    actions.steer(ADA, id, Action.ROLL_BACK, "doors stayed open");
    assertThat(views.rollout(id).orElseThrow().state().word()).isEqualTo("rolling back");
    assertThat(views.audit("rollout.reason", Optional.empty()).rows().getFirst().changes())
        .containsExactly(new AuditView.Change("reason", "", "doors stayed open"));
    assertThatThrownBy(() -> actions.steer(ADA, id, Action.PAUSE, ""))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("rolling-back");
  }

  @Test
  void device_refuses_saysWhyOnItsPageAndInLists() {
    long id = begun();
    fleet.refused("dev-1", FixtureFleet.HOSTILE);
    DeviceView view = views.device("dev-1").orElseThrow();
    assertThat(view.state()).isEqualTo(new Badge("stopped", Tone.BAD));
    assertThat(view.lead()).startsWith("Runs bearing-faults 1.0.0; refuses release 2");
    DeviceView.Model model = view.models().getFirst();
    assertThat(model.desired()).startsWith("Should have run 1.1.0 (release 2): rollout " + id);
    assertThat(model.refused().getFirst().reason()).isEqualTo("golden-vectors");
    assertThat(model.slots())
        .extracting(slot -> slot.release().orElse("empty"))
        .containsExactly("1.0.0 (release 1)", "empty", "empty");
    assertThat(view.events().getFirst().tone()).isEqualTo(Tone.BAD);
    assertThat(view.labels())
        .containsExactly(
            new DeviceView.Label("hardware", "rev-c", true),
            new DeviceView.Label("site", "berlin", false));

    DevicesView list = views.devices("", Optional.empty());
    assertThat(list.rows())
        .extracting(row -> row.state().word())
        .containsExactly("stopped", "as desired", "as desired");
    assertThat(views.members(id, Optional.empty()).orElseThrow().rows().getFirst().state().word())
        .isEqualTo("will not run it");
    assertThat(views.overview().health().stopped()).isEqualTo(1);
  }

  @Test
  void device_served_showsWhatItMeasured() {
    begun();
    fleet.shadowed("dev-1", 1_000, 990);
    fleet.activated("dev-1");
    List<DeviceView.Quality> quality =
        views.device("dev-1").orElseThrow().models().getFirst().quality();
    assertThat(quality)
        .extracting(DeviceView.Quality::side)
        .containsExactlyInAnyOrder("served", "shadow of release 1");
    assertThat(quality).extracting(DeviceView.Quality::agreement).contains("99 %");
    assertThat(quality).extracting(DeviceView.Quality::memory).contains("41.0 MiB");
  }

  @Test
  void devices_bySelector_inPages() {
    String[] ids = new String[60];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = "dev-%02d".formatted(i);
    }
    fleet.enrol(ids);
    DevicesView first = views.devices("site = berlin", Optional.empty());
    assertThat(first.rows()).hasSize(50);
    DevicesView second = views.devices("site = berlin", first.next());
    assertThat(second.rows()).extracting(DevicesView.Row::id).startsWith("dev-50").hasSize(10);
    assertThat(second.next()).isEmpty();
    assertThat(views.devices("site = hamburg", Optional.empty()).rows()).isEmpty();
    DevicesView wrong = views.devices("sitee = berlin", Optional.empty());
    assertThat(wrong.error().orElseThrow()).contains("site").contains("^");
    assertThat(wrong.rows()).isEmpty();
    assertThat(views.devices("release.bearing-faults = 1", Optional.empty()).rows()).hasSize(50);
  }

  @Test
  void labels_oneByOne() {
    fleet.enrol("dev-1");
    actions.setLabel(ADA, "dev-1", "shelf", "4");
    assertThat(views.device("dev-1").orElseThrow().labels())
        .contains(
            new DeviceView.Label("shelf", "4", false),
            new DeviceView.Label("site", "berlin", false));
    actions.removeLabel(ADA, "dev-1", "shelf");
    assertThat(views.device("dev-1").orElseThrow().labels()).hasSize(2);
    assertThatThrownBy(() -> actions.setLabel(ADA, "dev-9", "a", "b"))
        .isInstanceOf(FleetException.class)
        .hasMessageContaining("dev-9");
    AuditView.Row last = views.audit("dev-1", Optional.empty()).rows().getFirst();
    assertThat(last.what()).isEqualTo("device.label");
    assertThat(last.changes()).containsExactly(new AuditView.Change("shelf", "4", ""));
  }

  @Test
  void release_showsItsLadderAndWhoRunsIt() {
    begun();
    ReleasesView.Row newest = views.releases().models().getFirst().releases().getFirst();
    assertThat(newest.version()).isEqualTo("1.1.0");
    assertThat(newest.quality()).isEqualTo("90 % top1");
    assertThat(newest.rollout()).contains(new Badge("running", Tone.BUSY));

    ReleaseView view = views.release(StoredFleet.MODEL, 1).orElseThrow();
    assertThat(view.devices()).isEqualTo(3);
    assertThat(view.ladders().getFirst().rungs().getFirst().latency())
        .isEqualTo(new ReleaseView.Bar("100 µs", "", "100.000%"));
    assertThat(views.release(StoredFleet.MODEL, 9)).isEmpty();
  }

  @Test
  void start_usualForm_begins() {
    fleet.enrol("dev-1");
    long id = actions.start(ADA, StoredFleet.MODEL, 2, RolloutForms.usual());
    RolloutView view = views.rollout(id).orElseThrow();
    assertThat(view.gates()).hasSize(6);
    assertThat(view.gates().get(2).expression()).endsWith(", else roll back");
    assertThat(view.waves())
        .extracting(RolloutView.Wave::size)
        .containsExactly("1", "5 %", "25 %", "100 %");
  }

  @Test
  void start_wrongForm_saysWhatIsWrongAtEachField() {
    fleet.enrol("dev-1");
    ReleaseView.RolloutForm form =
        new ReleaseView.RolloutForm(
            "sitee = berlin",
            "1, some",
            "10 m",
            "speed <= 3",
            "always",
            "many",
            "0",
            false,
            Map.of());
    assertThatThrownBy(() -> actions.start(ADA, StoredFleet.MODEL, 2, form))
        .isInstanceOfSatisfying(
            FormException.class,
            e ->
                assertThat(e.problems())
                    .containsOnlyKeys("selector", "waves", "gates", "windows", "rate-per-minute"));
    ReleaseView.RolloutForm order =
        new ReleaseView.RolloutForm("all", "25 %, 5 %", "10 m", "", "", "0", "0", false, Map.of());
    assertThatThrownBy(() -> actions.start(ADA, StoredFleet.MODEL, 2, order))
        .isInstanceOfSatisfying(
            FormException.class, e -> assertThat(e.problems()).containsOnlyKeys("waves"));
  }

  @Test
  void devicePage_hostileEvidence_isText() {
    begun();
    fleet.refused("dev-1", FixtureFleet.HOSTILE);
    Frame frame =
        new Frame("t", Frame.Tab.DEVICES, Optional.empty(), Optional.empty(), Optional.empty());
    String page = Templates.render("device", frame, views.device("dev-1").orElseThrow());
    assertThat(page).contains("&lt;script&gt;").doesNotContain("<script>alert");
  }

  @Test
  void live_nothingHappened_viewsAreEqual() {
    long id = begun();
    Object before =
        List.of(views.overview(), views.rollout(id), views.device("dev-1"), views.rollouts());
    fleet.pass(Duration.ofSeconds(2));
    assertThat(
            List.of(views.overview(), views.rollout(id), views.device("dev-1"), views.rollouts()))
        .isEqualTo(before);
  }
}

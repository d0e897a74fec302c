package dev.skerry.fleet.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a browser, as people use it. */
final class DashboardTest {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/devices",
          "/devices?selector=sitee%20%3D%20berlin",
          "/devices/edge-berlin-07",
          "/rollouts",
          "/rollouts/7",
          "/rollouts/7/devices",
          "/rollouts/7/roll-back",
          "/releases",
          "/releases/resnet8-cifar10/3",
          "/audit",
          "/devices/unknown");

  private static @Nullable Chromium chromium;

  @TempDir private Path folder;
  private FixtureServer server;
  private BrowserContext context;
  private Page page;
  private final List<String> complaints = new ArrayList<>();

  @BeforeAll
  static void startBrowser() {
    chromium = Chromium.start();
  }

  @AfterAll
  static void stopBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void open() {
    server = new FixtureServer(folder);
    open(new Browser.NewContextOptions().setViewportSize(1440, 900));
  }

  private void open(Browser.NewContextOptions options) {
    context = java.util.Objects.requireNonNull(chromium).browser().newContext(options);
    context.setDefaultTimeout(10_000);
    page = context.newPage();
    page.onDialog(dialog -> complaints.add("dialog: " + dialog.message()));
    page.onPageError(error -> complaints.add("script failed: " + error));
    page.onConsoleMessage(message -> {
      if (message.text().contains("Content Security Policy")) {
        complaints.add(message.text());
      }
    });
  }

  @AfterEach
  void close() {
    context.close();
    server.close();
    assertThat(complaints).isEmpty();
  }

  private void signIn(String token) {
    page.navigate(server.url("/login"));
    page.getByLabel("Token").fill(token);
    button("Sign in").click();
    page.waitForURL(server.url("/"));
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  @Test
  void login_unknownToken_saysSoAndThenRightTokenGoesWhereOneWantedToGo() {
    page.navigate(server.url("/rollouts/7"));
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("Sign in");

    page.getByLabel("Token").fill("sku_wrong");
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("unknown, expired or revoked");

    page.getByLabel("Token").fill(server.operator);
    page.keyboard().press("Enter");
    page.waitForURL(server.url("/rollouts/7"));
    assertThat(page.locator(".viewer")).containsText("ada operator");

    button("Sign out").click();
    page.navigate(server.url("/devices"));
    assertThat(page.getByRole(AriaRole.HEADING)).hasText("Sign in");
  }

  @Test
  void overview_showsWhatNeedsAPersonFirst() {
    signIn(server.operator);
    assertThat(page.locator("h2").first()).hasText("Needs a person");
    assertThat(page.locator(".attention li").first()).containsText("exceeds");
    link("Decide").click();
    assertThat(page.locator("h1")).containsText("resnet8-cifar10 1.2.0");
  }

  @Test
  void overview_emptyFleet_saysWhatToDo() {
    server.fleet.clear();
    signIn(server.operator);
    assertThat(page.locator(".steps li").first()).containsText("skerry release publish");
  }

  @Test
  void search_wrongSelector_pointsAtThePlaceAndNamesTheNearest() {
    signIn(server.operator);
    page.navigate(server.url("/devices"));
    page.getByLabel("Selector").fill("sitee = berlin");
    button("Search").click();
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("did you mean 'site'?");
    assertThat(page.getByRole(AriaRole.ALERT)).containsText("^ here, at character 1");
    assertThat(page.getByLabel("Selector")).hasValue("sitee = berlin");
    assertThat(page.locator("table")).hasCount(0);
  }

  @Test
  void label_setAndRemoved() {
    signIn(server.operator);
    page.navigate(server.url("/devices/edge-berlin-07"));
    page.getByLabel("Name").fill("shelf");
    page.getByLabel("Value").fill("4 <b>");
    button("Set label").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("The label is set");
    assertThat(page.locator(".labels")).containsText("shelf=4 <b>");

    button("Remove label shelf").click();
    assertThat(page.locator(".labels").getByText("shelf")).hasCount(0);
    assertThat(server.fleet.asked)
        .containsExactly(
            "ada labels edge-berlin-07 shelf=4 <b>", "ada unlabels edge-berlin-07 shelf");
  }

  @Test
  void rollout_changes_isShownWithoutReload() {
    signIn(server.operator);
    page.navigate(server.url("/rollouts/7"));
    assertThat(page.getByText("Live", new Page.GetByTextOptions().setExact(true))).isVisible();
    page.evaluate("window.sameDocument = true");
    assertThat(page.locator("#why")).containsText("every gate holds so far");

    server.fleet.hold();

    assertThat(page.locator("#why")).containsText("Held: shadow disagreement");
    assertThat(page.locator("h1 .badge")).hasText("held");
    assertThat(page.locator("#live #live")).hasCount(0);
    assertThat(page.evaluate("window.sameDocument")).isEqualTo(true);
  }

  @Test
  void device_changes_keepsWhatIsBeingTyped() {
    signIn(server.operator);
    page.navigate(server.url("/devices/edge-berlin-07"));
    assertThat(page.getByText("Live", new Page.GetByTextOptions().setExact(true))).isVisible();
    page.getByLabel("Name").fill("she");

    server.fleet.label("site", "hamburg");

    assertThat(page.locator(".labels")).containsText("site=hamburg");
    assertThat(page.getByLabel("Name")).hasValue("she");
  }

  @Test
  void rollBack_asksFirst_andWantsAReason() {
    signIn(server.operator);
    page.navigate(server.url("/rollouts/7"));
    link("Roll back…").click();
    assertThat(page.locator(".lead")).containsText("4 devices go back to 1.1.0 (release 2)");
    button("Roll back").click(); // without a reason the browser sends nothing
    assertThat(server.fleet.asked).isEmpty();

    page.getByLabel("Why").fill("doors stayed open");
    button("Roll back").click();
    assertThat(page.getByRole(AriaRole.STATUS)).containsText("Rolling back");
    assertThat(page.locator("h1 .badge")).hasText("rolling back");
    assertThat(server.fleet.asked).containsExactly("ada roll-back 7: doors stayed open");
  }

  @Test
  void rollOut_problemInTheForm_isShownAtItsFieldAndKeepsTheRest() {
    signIn(server.operator);
    page.navigate(server.url("/releases/resnet8-cifar10/3"));
    page.getByLabel("To which devices").fill("site = berlin");
    page.locator("#waves").fill("x");
    button("Start rollout").click();
    assertThat(page.locator(".field .problem")).containsText("a number was expected");
    assertThat(page.getByLabel("To which devices")).hasValue("site = berlin");

    page.locator("#waves").fill("1, 100 %");
    button("Start rollout").click();
    page.waitForURL(server.url("/rollouts/7?done=started"));
    assertThat(server.fleet.asked).containsExactly("ada starts resnet8-cifar10 3 to site = berlin");
  }

  @Test
  void viewer_seesEverythingAndNoForm() {
    signIn(server.viewer);
    for (String path : List.of("/devices/edge-berlin-07", "/rollouts/7", "/releases/m/3")) {
      page.navigate(server.url(path));
      assertThat(page.locator("main form")).hasCount(0);
    }
  }

  @Test
  void everyPage_narrowWindow_needsNoSidewaysScrolling() {
    page.setViewportSize(390, 844);
    page.navigate(server.url("/login"));
    assertFits("/login");
    signIn(server.operator);
    for (String path : PAGES) {
      page.navigate(server.url(path));
      assertFits(path);
    }
  }

  private void assertFits(String path) {
    assertThat(((Number) page.evaluate("document.documentElement.scrollWidth")).intValue())
        .as(path)
        .isLessThanOrEqualTo(390);
  }

  @Test
  void everyPage_hasNamesForReadersAndRunsNoTextOfDevices() {
    signIn(server.operator);
    for (String path : PAGES) {
      page.navigate(server.url(path));
      assertThat(page.evaluate(NAMELESS)).as(path).isEqualTo(List.of());
      assertThat(page.locator("main script")).hasCount(0);
      assertThat(page.locator("h1")).hasCount(1);
    }
  }

  /** Fields, buttons, links and pictures that a screen reader could not name. */
  private static final String NAMELESS =
      """
      [...document.querySelectorAll('input:not([type=hidden]), textarea, button, a, svg[role=img]')]
          .filter(e => !(e.labels?.length || e.getAttribute('aria-label') || e.textContent.trim()))
          .map(e => e.outerHTML)
      """;

  @Test
  void keyboard_alone_skipsToContentAndPauses() {
    signIn(server.operator);
    page.navigate(server.url("/rollouts/7"));
    page.keyboard().press("Tab");
    assertThat(page.locator(":focus")).hasText("Skip to content");
    page.locator("#do-pause").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("h1 .badge")).hasText("paused");
  }

  @Test
  void withoutScripts_formsWork() {
    context.close();
    open(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    signIn(server.operator);
    page.navigate(server.url("/rollouts/7"));
    button("Pause").click();
    assertThat(page.locator("h1 .badge")).hasText("paused");
  }
}

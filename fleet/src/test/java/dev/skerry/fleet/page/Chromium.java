package dev.skerry.fleet.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Chromium as the system's packages have it; tests download none. */
final class Chromium implements AutoCloseable {
  /** When it is set to {@code required}, tests fail without a browser instead of being skipped. */
  private static final String SETTING = "SKERRY_BROWSER";

  private static final String MISSING =
      "NO CHROMIUM: the dashboard is not tested in a browser. Install one: apt-get install"
          + " chromium";

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Path executable) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setArgs(List.of("--no-sandbox")));
  }

  /** Starts it; skips the test, or fails it, where there is none. */
  static Chromium start() {
    Optional<Path> found =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      if ("required".equals(System.getenv(SETTING))) {
        throw new AssertionError(MISSING);
      }
      System.err.println(MISSING);
      Assumptions.abort(MISSING);
    }
    return new Chromium(found.orElseThrow());
  }

  Browser browser() {
    return browser;
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}

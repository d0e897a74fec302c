package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Sessions;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.rollout.Releases;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.store.Database;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.time.InstantSource;

/** The dashboard of a running fleet; whoever makes it closes it, which ends live pages. */
public final class Dashboard implements AutoCloseable {
  /** How often a live page is looked at, in milliseconds. */
  private static final long PERIOD_MILLIS = 1_000;

  private final PageRoutes routes;

  /**
   * What pages show and change.
   *
   * @param silence a device that was not heard of for so long is called silent
   * @param secure whether browsers come over TLS, so that cookies are for TLS alone
   */
  public record Parts(
      Database database,
      Devices devices,
      Reports reports,
      Catalogue catalogue,
      Releases releases,
      Rollouts rollouts,
      Audit audit,
      Sessions sessions,
      InstantSource time,
      Duration silence,
      boolean secure) {}

  public Dashboard(Parts parts) {
    this.routes =
        new PageRoutes(
            new StoreViews(parts),
            new StoreActions(parts),
            parts.sessions(),
            parts.secure(),
            PERIOD_MILLIS);
  }

  /** The addresses of all pages. */
  public HttpService pages() {
    return routes;
  }

  @Override
  public void close() {
    routes.close();
  }
}

package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.access.Sessions.Session;
import java.util.List;
import java.util.Optional;

/**
 * What surrounds every page.
 *
 * @param title of the page, first in the window's title
 * @param tab that is current
 * @param session who looks; absent on the login page
 * @param live path of the stream that says when the page is no longer up to date
 * @param notice what the last action did or why it failed
 */
record Frame(
    String title,
    Tab tab,
    Optional<Session> session,
    Optional<String> live,
    Optional<Notice> notice) {

  /** A page's place in the navigation. */
  enum Tab {
    OVERVIEW("Overview", "/"),
    DEVICES("Devices", "/devices"),
    ROLLOUTS("Rollouts", "/rollouts"),
    RELEASES("Releases", "/releases"),
    AUDIT("Audit", "/audit");

    final String word;
    final String path;

    Tab(String word, String path) {
      this.word = word;
      this.path = path;
    }
  }

  /** A message on top of the page. */
  record Notice(Tone tone, String text) {}

  /** This page, kept up to date by the stream at that path. */
  Frame live(String path) {
    return new Frame(title, tab, session, Optional.of(path), notice);
  }

  List<Tab> tabs() {
    return List.of(Tab.values());
  }

  /** Whether the viewer may change the fleet. */
  boolean operator() {
    return session.map(one -> one.principal().scope().includes(Scope.OPERATOR)).orElse(false);
  }

  String csrf() {
    return session.map(Session::csrf).orElse("");
  }
}

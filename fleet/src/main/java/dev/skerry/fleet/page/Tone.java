package dev.skerry.fleet.page;

import java.util.Locale;

/** What a colour says beside a word that says the same. */
enum Tone {
  GOOD,
  BUSY,
  FAIR,
  BAD,
  QUIET;

  /** Class that colours it. */
  String style() {
    return name().toLowerCase(Locale.ROOT);
  }
}

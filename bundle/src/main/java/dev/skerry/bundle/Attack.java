package dev.skerry.bundle;

/** What bytes that are refused would have done: the attacks of The Update Framework, §1.5.2. */
public enum Attack {
  /** Anything at all is served in answer to a request, signed by nobody who is trusted. */
  ARBITRARY_INSTALLATION("arbitrary software installation"),
  /** Data without end, or more than was announced, fills the disk and the line. */
  ENDLESS_DATA("endless data"),
  /** Something is installed beside what was wanted, which nobody signed for. */
  EXTRANEOUS_DEPENDENCIES("extraneous dependencies"),
  /** Version numbers are raised so high that no honest repository can go beyond them. */
  FAST_FORWARD("fast-forward"),
  /** The same old metadata is served for ever, so that nobody hears of anything newer. */
  INDEFINITE_FREEZE("indefinite freeze"),
  /** A mirror withholds files, so that nobody can update from it. */
  MALICIOUS_MIRROR("malicious mirror preventing updates"),
  /** Files that never were in the repository at the same time are served together. */
  MIX_AND_MATCH("mix-and-match"),
  /** Something older than what is known already is served, with its known weaknesses. */
  ROLLBACK("rollback"),
  /** Some keys were stolen, but not as many as must sign. */
  KEY_COMPROMISE("vulnerability to key compromises"),
  /** Something that is trusted is served in place of something else that was asked for. */
  WRONG_SOFTWARE("wrong software installation");

  private final String title;

  Attack(String title) {
    this.title = title;
  }

  /** As the specification names it. */
  public String title() {
    return title;
  }
}

package dev.skerry.bundle.tuf;

/**
 * A pattern of target paths: {@code *} stands for any characters of one name and {@code ?} for one
 * of them, neither for a {@code /} (The Update Framework, §4.5).
 */
record PathPattern(String pattern) {
  boolean matches(String path) {
    String[] patterns = pattern.split("/", -1);
    String[] names = path.split("/", -1);
    if (patterns.length != names.length) {
      return false;
    }
    for (int i = 0; i < names.length; i++) {
      if (!matches(patterns[i], names[i])) {
        return false;
      }
    }
    return true;
  }

  /** Goes back to the last star only, so that a hostile pattern costs no more than the product. */
  private static boolean matches(String pattern, String name) {
    int p = 0;
    int star = -1;
    int resume = 0;
    for (int n = 0; n < name.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = n;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}

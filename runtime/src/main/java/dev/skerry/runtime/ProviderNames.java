package dev.skerry.runtime;

import java.util.List;

/** Catches mistyped provider names before a session is opened. */
final class ProviderNames {
  private ProviderNames() {}

  /** A provider with a library of its own may have any name; the others must be known. */
  static void requireKnown(List<Provider> providers) {
    for (Provider provider : providers) {
      if (provider.library() == null && !Provider.KNOWN.contains(provider.name())) {
        throw ConfigKeys.usage(
            ("unknown execution provider '%s'%s Known are %s; others need the path of their plugin"
                    + " library")
                .formatted(
                    provider.name(),
                    suggestion(provider.name()),
                    String.join(", ", Provider.KNOWN)));
      }
    }
  }

  private static String suggestion(String typed) {
    String found = Nearest.suggestion(typed, Provider.KNOWN);
    return found.isEmpty() ? "." : found;
  }
}

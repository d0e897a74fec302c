package dev.skerry.agent.config;

import dev.skerry.agent.config.AgentConfig.EngineChoice;
import dev.skerry.runtime.Nearest;
import dev.skerry.runtime.Provider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables {@code [engine]} and {@code [[provider]]} of {@code agent.toml}. */
final class EngineTables {
  private EngineTables() {}

  /**
   * @param folder that paths are relative to
   */
  static EngineChoice read(Reading read, Path folder) {
    List<Provider> described = read.tables("provider", table -> provider(table, folder));
    requireDistinct(read, described);
    return read.table("engine", table -> engine(table, folder, described));
  }

  private static EngineChoice engine(Reading read, Path folder, List<Provider> described) {
    Optional<Path> library = read.optionalText("library").map(folder::resolve);
    List<Provider> considered = new ArrayList<>();
    for (String name : read.texts("providers")) {
      Provider named = Provider.named(name);
      Optional<Provider> plugin = withName(described, named.name());
      if (plugin.isEmpty() && !Provider.known().contains(named.name())) {
        read.problem("providers", unknown(name, described));
      }
      considered.add(plugin.orElse(named));
    }
    return new EngineChoice(library, considered.stream().distinct().toList(), described);
  }

  private static String unknown(String name, List<Provider> described) {
    List<String> names = new ArrayList<>(Provider.known());
    described.forEach(provider -> names.add(provider.name()));
    return "\"%s\" is no execution provider that the engine knows%s others need a table [[provider]] with their library"
        .formatted(name, Nearest.hint(name, names) + ";");
  }

  private static Optional<Provider> withName(List<Provider> providers, String name) {
    return providers.stream().filter(provider -> provider.name().equals(name)).findFirst();
  }

  private static void requireDistinct(Reading read, List<Provider> described) {
    for (Provider provider : described) {
      if (described.stream().filter(other -> other.name().equals(provider.name())).count() > 1) {
        read.problem("provider", "'" + provider.name() + "' is described more than once");
        return;
      }
    }
  }

  private static Provider provider(Reading read, Path folder) {
    String name = read.requiredText("name", "qnn");
    Optional<Path> library = read.optionalText("library").map(folder::resolve);
    Map<String, String> options = read.table("options", EngineTables::options);
    return library
        .map(file -> Provider.plugin(name, file, options))
        .orElseGet(() -> new Provider(name, new LinkedHashMap<>(options), null));
  }

  private static Map<String, String> options(Reading read) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String option : read.names()) {
      options.put(option, read.text(option, ""));
    }
    return options;
  }
}

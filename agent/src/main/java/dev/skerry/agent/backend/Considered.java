package dev.skerry.agent.backend;

import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.runtime.Engine;
import dev.skerry.runtime.Provider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The execution providers that a device considers, with their settings. */
public record Considered(List<Provider> providers, Optional<String> library) {
  public Considered {
    providers = List.copyOf(providers);
  }

  /**
   * @param library a build of the engine that is used; empty for the one that Skerry brings
   * @param named those to be considered; when there are none, {@code described} and all of the
   *     engine's
   * @param described those that need more than a name
   */
  public static Considered of(
      Optional<Path> library, List<Provider> named, List<Provider> described) {
    Optional<String> from = library.map(Path::toString);
    if (!named.isEmpty()) {
      return new Considered(named, from);
    }
    List<Provider> all = new ArrayList<>(described);
    for (String name : Engine.providers()) {
      if (all.stream().noneMatch(provider -> provider.name().equals(name))) {
        all.add(Provider.named(name));
      }
    }
    return new Considered(all, from);
  }

  /**
   * As backends of one model.
   *
   * @param conditions under which runs are measured, besides engine and providers
   * @param choice which variant a device with a backend alone would take
   */
  public Backends backends(String conditions, BiFunction<List<Ladder>, String, Choice> choice) {
    return new Backends(
        providers.stream().map(Provider::name).toList(),
        "%s, %s%s".formatted(conditions, library.map(from -> from + ", ").orElse(""), settings()),
        choice,
        this::absence);
  }

  private String settings() {
    return String.join(
        " ",
        providers.stream()
            .map(provider ->
                provider.name()
                    + (provider.options().isEmpty() ? "" : provider.options())
                    + (provider.library() == null ? "" : " from " + provider.library()))
            .toList());
  }

  private Optional<String> absence(String backend) {
    return providers.stream()
        .filter(provider -> provider.name().equals(backend))
        .findFirst()
        .flatMap(Provider::absence);
  }
}

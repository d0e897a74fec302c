package dev.skerry.fleet.api;

import dev.skerry.fleet.problem.FleetException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the endpoint of a request. */
final class Routes {
  private final List<Route> routes;

  private record Route(Endpoint endpoint, List<String> parts) {}

  /** An endpoint and what its open parts stand for, decoded. */
  record Match(Endpoint endpoint, Map<String, String> names) {}

  Routes(List<Endpoint> endpoints) {
    this.routes =
        endpoints.stream()
            .map(endpoint -> new Route(endpoint, List.of(endpoint.path().split("/", -1))))
            .toList();
  }

  /**
   * @param path percent-encoded, without a query
   * @throws FleetException NOT_FOUND, or METHOD_NOT_ALLOWED for a path that has other methods
   */
  Match find(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    String[] parts = path.split("/", -1);
    TreeSet<String> others = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> names = match(route.parts, parts);
      if (names.isPresent()) {
        if (route.endpoint.method().equals(asked)) {
          return new Match(route.endpoint, names.get());
        }
        others.add(route.endpoint.method());
      }
    }
    if (others.isEmpty()) {
      throw FleetException.notFound("there is nothing at " + path);
    }
    throw new FleetException(
        FleetException.Kind.METHOD_NOT_ALLOWED,
        "%s takes %s, not %s".formatted(path, String.join(", ", others), method));
  }

  private static Optional<Map<String, String>> match(List<String> pattern, String[] parts) {
    boolean open = pattern.getLast().endsWith("...}");
    if (open ? parts.length < pattern.size() : parts.length != pattern.size()) {
      return Optional.empty();
    }
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < pattern.size(); i++) {
      String part = pattern.get(i);
      if (open && i == pattern.size() - 1) {
        names.put(part.substring(1, part.length() - 4), rest(parts, i));
      } else if (part.startsWith("{")) {
        names.put(part.substring(1, part.length() - 1), Bodies.decodePath(parts[i]));
      } else if (!part.equals(parts[i])) {
        return Optional.empty();
      }
    }
    return Optional.of(names);
  }

  /** A part that has a slash in it, encoded, names nothing: it becomes a name that none has. */
  private static String rest(String[] parts, int from) {
    List<String> decoded = new ArrayList<>();
    for (int i = from; i < parts.length; i++) {
      String part = Bodies.decodePath(parts[i]);
      decoded.add(part.contains("/") ? ".." : part);
    }
    return String.join("/", decoded);
  }
}

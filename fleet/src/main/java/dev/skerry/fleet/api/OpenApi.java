package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The OpenAPI 3.1 document of a table of endpoints. */
final class OpenApi {
  private static final Pattern OPEN = Pattern.compile("\\{(\\w+)(\\.\\.\\.)?}");

  private OpenApi() {}

  /**
   * @param version of Skerry
   */
  static Json.Obj document(List<Endpoint> endpoints, String version, String url) {
    SequencedMap<String, Json.ObjectBuilder> paths = new LinkedHashMap<>();
    for (Endpoint endpoint : endpoints) {
      paths
          .computeIfAbsent(endpoint.path().replace("...}", "}"), _ -> Json.object())
          .put(endpoint.method().toLowerCase(Locale.ROOT), operation(endpoint));
    }
    Json.ObjectBuilder built = Json.object();
    paths.forEach((path, item) -> built.put(path, item.build()));
    return Json.object()
        .put("openapi", "3.1.0")
        .put("info", Json.object().put("title", "Skerry fleet").put("version", version).build())
        .put("servers", List.of(Json.object().put("url", url).build()))
        .put("paths", built.build())
        .put("components", components())
        .build();
  }

  private static Json.Obj components() {
    return Json.object()
        .put(
            "securitySchemes",
            Json.object()
                .put("person", bearer("an access token; its scope includes those below it"))
                .put("deviceToken", bearer("a device's token, where TLS is off"))
                .put(
                    "deviceCertificate",
                    Json.object()
                        .put("type", "mutualTLS")
                        .put("description", "a certificate of the fleet's CA")
                        .build())
                .build())
        .build();
  }

  private static Json.Obj bearer(String description) {
    return Json.object()
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", description)
        .build();
  }

  private static Json.Obj operation(Endpoint endpoint) {
    Json.ObjectBuilder operation =
        Json.object()
            .put("summary", endpoint.summary())
            .put("x-audience", endpoint.audience().name().toLowerCase(Locale.ROOT))
            .put("security", security(endpoint.audience()));
    List<Json.Obj> parameters = parameters(endpoint);
    if (!parameters.isEmpty()) {
      operation.put("parameters", parameters);
    }
    endpoint
        .body()
        .ifPresent(body ->
            operation.put(
                "requestBody",
                Json.object().put("required", true).put("content", json(body.json())).build()));
    return operation.put("responses", responses(endpoint)).build();
  }

  private static List<Json.Obj> security(Audience audience) {
    return switch (audience) {
      case ANYONE -> List.of();
      case DEVICE ->
          List.of(
              Json.object().put("deviceCertificate", List.of()).build(),
              Json.object().put("deviceToken", List.of()).build());
      case VIEWER, OPERATOR, ADMIN -> List.of(Json.object().put("person", List.of()).build());
    };
  }

  private static List<Json.Obj> parameters(Endpoint endpoint) {
    List<Json.Obj> parameters = new ArrayList<>();
    for (MatchResult part : OPEN.matcher(endpoint.path()).results().toList()) {
      parameters.add(
          Json.object()
              .put("name", part.group(1))
              .put("in", "path")
              .put("required", true)
              .put("schema", Schema.text().json())
              .build());
    }
    for (Endpoint.Parameter parameter : endpoint.parameters()) {
      parameters.add(
          Json.object()
              .put("name", parameter.name())
              .put("in", "query")
              .put("description", parameter.description())
              .put("schema", parameter.schema().json())
              .build());
    }
    return parameters;
  }

  private static Json.Obj responses(Endpoint endpoint) {
    Json.ObjectBuilder good = Json.object().put("description", "done");
    endpoint.reply().ifPresent(reply -> good.put("content", json(reply.json())));
    Schema problem = Schema.object().put("error", Schema.text()).build();
    return Json.object()
        .put("200", good.build())
        .put(
            "default",
            Json.object()
                .put("description", "refused; the error says why")
                .put("content", json(problem.json()))
                .build())
        .build();
  }

  private static Json.Obj json(Json.Obj schema) {
    return Json.object()
        .put("application/json", Json.object().put("schema", schema).build())
        .build();
  }
}

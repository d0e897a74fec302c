package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What a document looks like, in JSON Schema 2020-12 as OpenAPI 3.1 has it.
 *
 * @param json the schema
 */
public record Schema(Json.Obj json) {
  public static Schema text() {
    return new Schema(Json.object().put("type", "string").build());
  }

  public static Schema time() {
    return new Schema(Json.object().put("type", "string").put("format", "date-time").build());
  }

  public static Schema choice(String... values) {
    return new Schema(
        Json.object().put("type", "string").put("enum", Json.texts(List.of(values))).build());
  }

  public static Schema integer() {
    return new Schema(Json.object().put("type", "integer").put("format", "int64").build());
  }

  public static Schema number() {
    return new Schema(Json.object().put("type", "number").build());
  }

  public static Schema flag() {
    return new Schema(Json.object().put("type", "boolean").build());
  }

  public static Schema list(Schema items) {
    return new Schema(Json.object().put("type", "array").put("items", items.json).build());
  }

  /** An object with any names, such as labels. */
  public static Schema map(Schema values) {
    return new Schema(
        Json.object().put("type", "object").put("additionalProperties", values.json).build());
  }

  /** An object that is described elsewhere. */
  public static Schema any(String description) {
    return new Schema(Json.object().put("type", "object").put("description", description).build());
  }

  /** Any JSON; what it may be is in words. */
  public static Schema anything(String description) {
    return new Schema(Json.object().put("description", description).build());
  }

  public static Builder object() {
    return new Builder();
  }

  /** Collects the members of an object. */
  public static final class Builder {
    private final SequencedMap<String, Json> properties = new LinkedHashMap<>();
    private final SequencedMap<String, Json> required = new LinkedHashMap<>();

    private Builder() {}

    /** A member that must be there. */
    public Builder put(String name, Schema schema) {
      required.put(name, Json.of(name));
      return optional(name, schema);
    }

    public Builder optional(String name, Schema schema) {
      properties.put(name, schema.json);
      return this;
    }

    public Schema build() {
      return new Schema(
          Json.object()
              .put("type", "object")
              .put("properties", new Json.Obj(properties))
              .put("required", List.copyOf(required.values()))
              .build());
    }
  }
}

package dev.skerry.cli.fleet;

import dev.skerry.bundle.json.Json;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Reads a TOML file as the JSON that the API takes. */
final class TomlJson {
  private TomlJson() {}

  /**
   * @throws SkerryException USAGE if there is no such file, BAD_DESCRIPTION if it is no TOML
   */
  static Json.Obj read(Path file) {
    try {
      JsonNode root = new TomlMapper().readTree(Files.readString(file));
      return object(root);
    } catch (JacksonException e) {
      throw new SkerryException(
          ErrorCode.BAD_DESCRIPTION, "%s: %s".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      if (!Files.exists(file)) {
        throw new SkerryException(ErrorCode.USAGE, "there is no " + file, e);
      }
      throw new UncheckedIOException(e);
    }
  }

  private static Json.Obj object(JsonNode node) {
    SequencedMap<String, Json> members = new LinkedHashMap<>();
    node.properties().forEach(entry -> members.put(entry.getKey(), json(entry.getValue())));
    return new Json.Obj(members);
  }

  private static Json json(JsonNode node) {
    if (node.isObject()) {
      return object(node);
    }
    if (node.isArray()) {
      List<Json> items = new ArrayList<>();
      node.forEach(item -> items.add(json(item)));
      return new Json.Arr(items);
    }
    if (node.isBoolean()) {
      return Json.of(node.booleanValue());
    }
    return node.isNumber() ? new Json.Num(node.asString()) : Json.of(node.asString());
  }
}

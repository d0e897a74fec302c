package dev.skerry.bundle.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads the members of a manifest, each held to its own limits; how they fit is another matter. */
final class ManifestReader {
  /** Most ladders, variants of a ladder, inputs, outputs, opsets: each of them. */
  static final int MAX_ITEMS = 64;

  /** Most characters of a text. */
  static final int MAX_TEXT = 1024;

  /** Most axes of a tensor. */
  static final int MAX_RANK = 64;

  /** Most pieces of one file. */
  static final int MAX_PIECES = 20_000;

  /** Largest file or blob, in bytes. */
  static final long MAX_FILE_BYTES = 1L << 40;

  /** Most golden samples. */
  static final int MAX_SAMPLES = 4096;

  /** Names that become part of a path: no separator, and no dot in front. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private ManifestReader() {}

  static Release read(JsonObject manifest) {
    long format = manifest.integer("format");
    if (format != ManifestCodec.FORMAT && format != ManifestCodec.PACKED_FORMAT) {
      throw new BundleException(
          "the manifest has format %d, and this version of Skerry reads formats %d and %d; update it"
              .formatted(format, ManifestCodec.FORMAT, ManifestCodec.PACKED_FORMAT));
    }
    only(
        manifest,
        "format",
        "model",
        "version",
        "inputs",
        "outputs",
        "ladders",
        "golden",
        "provenance");
    Release release = release(manifest);
    if (format != ManifestCodec.format(release)) {
      throw new BundleException(
          "the manifest has format %d and keys of format %d"
              .formatted(format, ManifestCodec.format(release)));
    }
    return release;
  }

  private static Release release(JsonObject manifest) {
    return new Release(
        name(manifest, "model"),
        text(manifest, "version"),
        some(manifest, "inputs", MAX_ITEMS).map(ManifestReader::tensor).toList(),
        some(manifest, "outputs", MAX_ITEMS).map(ManifestReader::tensor).toList(),
        some(manifest, "ladders", MAX_ITEMS).map(ManifestReader::ladder).toList(),
        golden(manifest.object("golden")),
        provenance(manifest.object("provenance")));
  }

  private static TensorSpec tensor(JsonObject tensor) {
    only(tensor, "name", "datatype", "shape", "kind", "processing");
    List<Long> shape = shape(tensor, -1);
    return new TensorSpec(
        text(tensor, "name"),
        datatype(tensor),
        shape,
        text(tensor, "kind"),
        tensor.object("processing").json());
  }

  private static Ladder ladder(JsonObject ladder) {
    only(ladder, "target", "needs", "variants");
    return new Ladder(
        name(ladder, "target"),
        needs(ladder.object("needs")),
        some(ladder, "variants", MAX_ITEMS).map(ManifestReader::variant).toList());
  }

  private static Ladder.Needs needs(JsonObject needs) {
    only(needs, "architecture", "all", "oneOf", "none", "providers");
    List<String> providers = texts(needs, "providers");
    if (providers.isEmpty()) {
      throw new BundleException(
          needs.place() + ".providers is empty, at least one provider was expected, such as cpu");
    }
    return new Ladder.Needs(
        text(needs, "architecture"),
        texts(needs, "all"),
        texts(needs, "oneOf"),
        texts(needs, "none"),
        providers);
  }

  private static Variant variant(JsonObject variant) {
    only(
        variant,
        "name",
        "technique",
        "file",
        "opsets",
        "quality",
        "measured",
        "budget",
        "goldenOutputs",
        "packed");
    return new Variant(
        name(variant, "name"),
        text(variant, "technique"),
        recipe(variant.object("file")),
        opsets(variant.object("opsets")),
        quality(variant.object("quality")),
        measured(variant.object("measured")),
        budget(variant.object("budget")),
        some(variant, "goldenOutputs", MAX_ITEMS).map(ManifestReader::goldenOutput).toList(),
        variant.has("packed") ? Optional.of(packed(variant.object("packed"))) : Optional.empty());
  }

  private static PackedFile packed(JsonObject packed) {
    only(packed, "blob", "bytes");
    return new PackedFile(digest(packed, "blob"), bytes(packed, "bytes"));
  }

  private static Recipe recipe(JsonObject file) {
    only(file, "sha256", "bytes", "pieces");
    return new Recipe(
        digest(file, "sha256"),
        bytes(file, "bytes"),
        some(file, "pieces", MAX_PIECES).map(ManifestReader::piece).toList());
  }

  private static Recipe.Piece piece(JsonObject piece) {
    only(piece, "blob", "offset", "bytes");
    return new Recipe.Piece(
        digest(piece, "blob"),
        within(piece, "offset", piece.integer("offset"), 0, MAX_FILE_BYTES),
        bytes(piece, "bytes"));
  }

  private static SequencedMap<String, Long> opsets(JsonObject opsets) {
    within(opsets, "keys", opsets.keys().size(), 1, MAX_ITEMS);
    SequencedMap<String, Long> versions = new LinkedHashMap<>();
    for (String domain : opsets.keys()) {
      limited(opsets, domain, domain);
      versions.put(domain, within(opsets, domain, opsets.integer(domain), 1, Integer.MAX_VALUE));
    }
    return versions;
  }

  private static Variant.Quality quality(JsonObject quality) {
    only(quality, "metric", "value", "agreement");
    Optional<Double> agreement = quality.optionalNumber("agreement");
    agreement.ifPresent(share -> within(quality, "agreement", share, 0, 1));
    Optional<Double> value = quality.optionalNumber("value");
    value.ifPresent(found -> within(quality, "value", found, -Double.MAX_VALUE, Double.MAX_VALUE));
    return new Variant.Quality(text(quality, "metric"), value, agreement);
  }

  private static Variant.Measured measured(JsonObject measured) {
    only(measured, "p50Micros", "p99Micros", "peakMemoryBytes", "machine");
    return new Variant.Measured(
        positive(measured, "p50Micros"),
        positive(measured, "p99Micros"),
        optionalBytes(measured, "peakMemoryBytes"),
        text(measured, "machine"));
  }

  private static Variant.Budget budget(JsonObject budget) {
    only(budget, "latencyMicros", "memoryBytes");
    return new Variant.Budget(
        positive(budget, "latencyMicros"), optionalBytes(budget, "memoryBytes"));
  }

  private static GoldenOutput goldenOutput(JsonObject output) {
    only(output, "values", "tolerance");
    double tolerance = output.number("tolerance");
    within(output, "tolerance", tolerance, 0, Double.MAX_VALUE);
    return new GoldenOutput(block(output.object("values")), tolerance);
  }

  private static GoldenInputs golden(JsonObject golden) {
    only(golden, "samples", "inputs");
    return new GoldenInputs(
        (int) within(golden, "samples", golden.integer("samples"), 1, MAX_SAMPLES),
        some(golden, "inputs", MAX_ITEMS).map(ManifestReader::block).toList());
  }

  private static GoldenInputs.Block block(JsonObject block) {
    only(block, "name", "datatype", "shape", "blob", "bytes");
    return new GoldenInputs.Block(
        text(block, "name"),
        datatype(block),
        shape(block, 0),
        digest(block, "blob"),
        within(block, "bytes", block.integer("bytes"), 0, MAX_FILE_BYTES));
  }

  private static Provenance provenance(JsonObject provenance) {
    only(provenance, "model", "calibration", "validation", "tool", "engine", "command");
    return new Provenance(
        digest(provenance, "model"),
        optionalDigest(provenance, "calibration"),
        optionalDigest(provenance, "validation"),
        text(provenance, "tool"),
        text(provenance, "engine"),
        texts(provenance, "command"));
  }

  private static void only(JsonObject object, String... known) {
    Set<String> keys = Set.of(known);
    for (String key : object.keys()) {
      if (!keys.contains(key)) {
        throw new BundleException(
            "%s has the key '%s', which format %d does not have"
                .formatted(object.place(), brief(key), ManifestCodec.PACKED_FORMAT));
      }
    }
  }

  private static Stream<JsonObject> some(JsonObject object, String key, int most) {
    List<JsonObject> items = object.objects(key);
    within(object, key + " (items)", items.size(), 1, most);
    return items.stream();
  }

  private static String name(JsonObject object, String key) {
    String name = object.text(key);
    if (!NAME.matcher(name).matches()) {
      throw new BundleException(
          "%s.%s is '%s'; a name has 1 to 100 letters, digits, '.', '_' and '-', and begins with a"
                  .formatted(object.place(), key, brief(name))
              + " letter or digit");
    }
    return name;
  }

  private static String text(JsonObject object, String key) {
    return limited(object, key, object.text(key));
  }

  private static List<String> texts(JsonObject object, String key) {
    List<String> texts = object.texts(key);
    within(object, key + " (items)", texts.size(), 0, MAX_TEXT);
    texts.forEach(text -> limited(object, key, text));
    return texts;
  }

  private static String limited(JsonObject object, String key, String text) {
    if (text.length() > MAX_TEXT || text.codePoints().anyMatch(Character::isISOControl)) {
      throw new BundleException(
          "%s.%s is '%s'; a text has at most %d characters and no control characters"
              .formatted(object.place(), brief(key), brief(text), MAX_TEXT));
    }
    return text;
  }

  private static String brief(String text) {
    return text.substring(0, Math.min(40, text.length())).replaceAll("\\p{Cntrl}", "?");
  }

  private static String datatype(JsonObject object) {
    String name = object.text("datatype");
    if (Datatype.named(name).isEmpty()) {
      throw new BundleException(
          "%s.datatype is '%s'; a type of the Open Inference Protocol was expected, such as FP32"
              .formatted(object.place(), brief(name)));
    }
    return name;
  }

  private static List<Long> shape(JsonObject object, long least) {
    List<Long> shape = object.integers("shape");
    within(object, "shape (axes)", shape.size(), 0, MAX_RANK);
    shape.forEach(size -> within(object, "shape", size, least, MAX_FILE_BYTES));
    return shape;
  }

  private static Digest digest(JsonObject object, String key) {
    String hex = object.text(key);
    try {
      return new Digest(hex);
    } catch (BundleException e) {
      throw new BundleException(
          "%s.%s is '%s'; a SHA-256 of 64 lower-case hexadecimal digits was expected"
              .formatted(object.place(), key, brief(hex)),
          e);
    }
  }

  private static Optional<Digest> optionalDigest(JsonObject object, String key) {
    return object.has(key) ? Optional.of(digest(object, key)) : Optional.empty();
  }

  /** A size that is not 0. */
  private static long bytes(JsonObject object, String key) {
    return within(object, key, object.integer(key), 1, MAX_FILE_BYTES);
  }

  private static Optional<Long> optionalBytes(JsonObject object, String key) {
    return object.has(key) ? Optional.of(bytes(object, key)) : Optional.empty();
  }

  private static Optional<Double> positive(JsonObject object, String key) {
    Optional<Double> number = object.optionalNumber(key);
    number.ifPresent(found -> within(object, key, found, Double.MIN_VALUE, Double.MAX_VALUE));
    return number;
  }

  private static long within(JsonObject object, String key, long found, long least, long most) {
    if (found < least || found > most) {
      throw new BundleException(
          "%s.%s is %d; from %d to %d was expected"
              .formatted(object.place(), key, found, least, most));
    }
    return found;
  }

  private static void within(
      JsonObject object, String key, double found, double least, double most) {
    if (!(found >= least && found <= most)) {
      throw new BundleException(
          "%s.%s is %s; from %s to %s was expected"
              .formatted(object.place(), key, found, least, most));
    }
  }
}

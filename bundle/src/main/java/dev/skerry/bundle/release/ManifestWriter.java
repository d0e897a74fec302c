package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.Json.ObjectBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/** A release as JSON, member by member as {@link ManifestReader} reads it. */
final class ManifestWriter {
  private ManifestWriter() {}

  static Json json(Release release) {
    return Json.object()
        .put("format", ManifestCodec.format(release))
        .put("model", release.model())
        .put("version", release.version())
        .put("inputs", array(release.inputs(), ManifestWriter::tensor))
        .put("outputs", array(release.outputs(), ManifestWriter::tensor))
        .put("ladders", array(release.ladders(), ManifestWriter::ladder))
        .put("golden", golden(release.golden()))
        .put("provenance", provenance(release.provenance()))
        .build();
  }

  private static <T> Json array(Collection<T> items, Function<T, Json> write) {
    return Json.array(items.stream().map(write).toList());
  }

  private static Json integers(List<Long> values) {
    return array(values, Json::of);
  }

  private static Json tensor(TensorSpec tensor) {
    return Json.object()
        .put("name", tensor.name())
        .put("datatype", tensor.datatype())
        .put("shape", integers(tensor.shape()))
        .put("kind", tensor.kind())
        .put("processing", tensor.processing())
        .build();
  }

  private static Json ladder(Ladder ladder) {
    Ladder.Needs needs = ladder.needs();
    return Json.object()
        .put("target", ladder.target())
        .put(
            "needs",
            Json.object()
                .put("architecture", needs.architecture())
                .put("all", Json.texts(needs.all()))
                .put("oneOf", Json.texts(needs.oneOf()))
                .put("none", Json.texts(needs.none()))
                .put("providers", Json.texts(needs.providers()))
                .build())
        .put("variants", array(ladder.variants(), ManifestWriter::variant))
        .build();
  }

  private static Json variant(Variant variant) {
    ObjectBuilder object =
        Json.object()
            .put("name", variant.name())
            .put("technique", variant.technique())
            .put("file", recipe(variant.file()))
            .put("opsets", opsets(variant.opsets()))
            .put("quality", quality(variant.quality()))
            .put("measured", measured(variant.measured()))
            .put("budget", budget(variant.budget()))
            .put("goldenOutputs", array(variant.goldenOutputs(), ManifestWriter::goldenOutput));
    variant.packed().ifPresent(form -> object.put("packed", packed(form)));
    return object.build();
  }

  private static Json packed(PackedFile form) {
    return Json.object().put("blob", form.blob().hex()).put("bytes", form.bytes()).build();
  }

  private static Json recipe(Recipe recipe) {
    return Json.object()
        .put("sha256", recipe.digest().hex())
        .put("bytes", recipe.bytes())
        .put("pieces", array(recipe.pieces(), ManifestWriter::piece))
        .build();
  }

  private static Json piece(Recipe.Piece piece) {
    return Json.object()
        .put("blob", piece.blob().hex())
        .put("offset", piece.offset())
        .put("bytes", piece.bytes())
        .build();
  }

  private static Json opsets(SequencedMap<String, Long> opsets) {
    ObjectBuilder object = Json.object();
    opsets.forEach(object::put);
    return object.build();
  }

  private static Json quality(Variant.Quality quality) {
    ObjectBuilder object = Json.object().put("metric", quality.metric());
    number(object, "value", quality.value());
    number(object, "agreement", quality.agreement());
    return object.build();
  }

  private static Json measured(Variant.Measured measured) {
    ObjectBuilder object = Json.object();
    number(object, "p50Micros", measured.p50Micros());
    number(object, "p99Micros", measured.p99Micros());
    measured.peakMemoryBytes().ifPresent(bytes -> object.put("peakMemoryBytes", bytes));
    return object.put("machine", measured.machine()).build();
  }

  private static Json budget(Variant.Budget budget) {
    ObjectBuilder object = Json.object();
    number(object, "latencyMicros", budget.latencyMicros());
    budget.memoryBytes().ifPresent(bytes -> object.put("memoryBytes", bytes));
    return object.build();
  }

  private static void number(ObjectBuilder object, String key, Optional<Double> value) {
    value.ifPresent(number -> object.put(key, number));
  }

  private static Json goldenOutput(GoldenOutput output) {
    return Json.object()
        .put("values", block(output.values()))
        .put("tolerance", output.tolerance())
        .build();
  }

  private static Json golden(GoldenInputs golden) {
    return Json.object()
        .put("samples", golden.samples())
        .put("inputs", array(golden.inputs(), ManifestWriter::block))
        .build();
  }

  private static Json block(GoldenInputs.Block block) {
    return Json.object()
        .put("name", block.name())
        .put("datatype", block.datatype())
        .put("shape", integers(block.shape()))
        .put("blob", block.blob().hex())
        .put("bytes", block.bytes())
        .build();
  }

  private static Json provenance(Provenance provenance) {
    ObjectBuilder object = Json.object().put("model", provenance.model().hex());
    digest(object, "calibration", provenance.calibration());
    digest(object, "validation", provenance.validation());
    return object
        .put("tool", provenance.tool())
        .put("engine", provenance.engine())
        .put("command", Json.texts(provenance.command()))
        .build();
  }

  private static void digest(ObjectBuilder object, String key, Optional<Digest> value) {
    value.ifPresent(digest -> object.put(key, digest.hex()));
  }
}

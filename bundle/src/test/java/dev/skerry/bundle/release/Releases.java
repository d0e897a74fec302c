package dev.skerry.bundle.release;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/** Releases for tests. */
public final class Releases {
  private Releases() {}

  /** The digest of a text. */
  public static Digest digest(String text) {
    return Digest.of(text.getBytes(UTF_8));
  }

  /** Needs that name only what is given. */
  public static Ladder.Needs needs(String architecture, String... all) {
    return new Ladder.Needs(architecture, List.of(all), List.of(), List.of(), List.of("cpu"));
  }

  /** A variant with a file of one blob that holds its name {@code bytes} long. */
  public static Variant variant(String name, long bytes) {
    return variant(name, bytes, Optional.empty(), Optional.empty());
  }

  /** The same, with its measured median and peak memory. */
  public static Variant variant(
      String name, long bytes, Optional<Double> micros, Optional<Long> memory) {
    Digest blob = digest(name);
    return new Variant(
        name,
        "static int8",
        new Recipe(blob, bytes, List.of(new Recipe.Piece(blob, 0, bytes))),
        opsets(17),
        new Variant.Quality("top1", Optional.of(0.9), Optional.of(0.99)),
        new Variant.Measured(micros, micros, memory, "a test"),
        new Variant.Budget(Optional.empty(), Optional.empty()),
        List.of(new GoldenOutput(block("scores", 10), 0.01)));
  }

  /** Standard operators of {@code version}. */
  public static SequencedMap<String, Long> opsets(long version) {
    return new LinkedHashMap<>(Map.of(Variant.STANDARD_OPERATORS, version));
  }

  /** Values of 3 samples. */
  static GoldenInputs.Block block(String name, long size) {
    return new GoldenInputs.Block(
        name, "FP32", List.of(1L, size), digest(name + " values"), 3 * 4 * size);
  }

  /** A release of these ladders. */
  public static Release of(Ladder... ladders) {
    Json.Obj labels = Json.object().put("labels", Json.texts(List.of("cat", "dög"))).build();
    return new Release(
        "resnet8",
        "1.0.0",
        List.of(new TensorSpec("x", "FP32", List.of(-1L, 4L), "tensor", Json.object().build())),
        List.of(new TensorSpec("scores", "FP32", List.of(-1L, 10L), "classification", labels)),
        List.of(ladders),
        new GoldenInputs(3, List.of(block("x", 4))),
        new Provenance(
            digest("model"),
            Optional.of(digest("train")),
            Optional.empty(),
            "skerry 0.1.0",
            "onnxruntime 1.29.0",
            List.of("skerry", "release", "build", "model.toml")));
  }

  /** A release of one ladder with two rungs. */
  public static Release small() {
    return of(new Ladder("any", needs("any"), List.of(variant("any.1", 90), variant("any.2", 80))));
  }

  /** A release with everything optional there or not, by chance. */
  static Release random(RandomGenerator random) {
    List<Ladder> ladders = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      List<Variant> variants = new ArrayList<>();
      for (int j = 0; j <= random.nextInt(3); j++) {
        variants.add(random(random, "t%d.%d".formatted(i, j), 1000 - 100 * j));
      }
      Ladder.Needs needs =
          new Ladder.Needs(
              random.nextBoolean() ? "any" : "arm64",
              texts(random),
              texts(random),
              texts(random),
              List.of("cuda", "cpu"));
      ladders.add(new Ladder("t" + i, needs, variants));
    }
    return of(ladders.toArray(Ladder[]::new));
  }

  private static Variant random(RandomGenerator random, String name, long bytes) {
    Variant plain = variant(name, bytes);
    long cut = random.nextLong(1, bytes);
    Digest blob = digest(name + cut);
    SequencedMap<String, Long> opsets = opsets(random.nextLong(7, 25));
    opsets.put("com.microsoft", 1L);
    return new Variant(
        name,
        "tech \"" + (char) random.nextInt(0x20, 0x7F) + "\\ é",
        new Recipe(
            digest(name),
            bytes,
            List.of(new Recipe.Piece(blob, 0, cut), new Recipe.Piece(blob, cut, bytes - cut))),
        opsets,
        new Variant.Quality("auc", maybe(random, 0.5), maybe(random, 1.0)),
        new Variant.Measured(
            maybe(random, random.nextDouble(1e-9, 1e9)),
            maybe(random, 1.5),
            maybe(random, random.nextLong(1, 1L << 40)),
            ""),
        new Variant.Budget(maybe(random, 1e-7), maybe(random, 7L)),
        plain.goldenOutputs(),
        maybe(random, new PackedFile(digest("packed " + name), 17)));
  }

  private static <T> Optional<T> maybe(RandomGenerator random, T value) {
    return random.nextBoolean() ? Optional.of(value) : Optional.empty();
  }

  private static List<String> texts(RandomGenerator random) {
    return random.nextBoolean() ? List.of("avx2", "f16c") : List.of();
  }
}

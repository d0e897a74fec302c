package dev.skerry.bundle.release;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** How the members of a manifest fit together. */
final class ManifestRules {
  private final Release release;
  private final Map<Digest, Long> blobs = new HashMap<>();

  private ManifestRules(Release release) {
    this.release = release;
  }

  static void check(Release release) {
    ManifestRules rules = new ManifestRules(release);
    rules.requireDistinct("input", release.inputs(), TensorSpec::name);
    rules.requireDistinct("output", release.outputs(), TensorSpec::name);
    rules.requireDistinct("ladder", release.ladders(), Ladder::target);
    rules.requireDistinct("variant", release.variants(), Variant::name);
    rules.requireGoldenInputs();
    release.inputs().forEach(rules::requireOwn);
    release.ladders().forEach(rules::requireOrder);
    release.variants().forEach(rules::requireSound);
  }

  private <T> void requireDistinct(String what, List<T> items, Function<T, String> name) {
    Set<String> seen = new HashSet<>();
    for (T item : items) {
      require(seen.add(name.apply(item)), "there are two %ss '%s'", what, name.apply(item));
    }
  }

  private void requireGoldenInputs() {
    List<String> given = release.golden().inputs().stream().map(GoldenInputs.Block::name).toList();
    List<String> taken = release.inputs().stream().map(TensorSpec::name).toList();
    require(given.equals(taken), "golden inputs are for %s and the inputs are %s", given, taken);
    for (int i = 0; i < taken.size(); i++) {
      requireFits(release.golden().inputs().get(i), release.inputs().get(i), "golden input");
    }
  }

  /** What a device gives a model itself, it must be able to make. */
  private void requireOwn(TensorSpec input) {
    JsonObject keys = JsonObject.of("input '" + input.name() + "'", input.processing());
    if (input.isState()) {
      String next = keys.text("next");
      boolean isGiven =
          release.outputs().stream()
              .anyMatch(output ->
                  output.name().equals(next) && output.datatype().equals(input.datatype()));
      require(
          isGiven,
          "input '%s' is a state, and no output '%s' of %s is there to give it",
          input.name(),
          next,
          input.datatype());
    } else if (input.isConstant()) {
      keys.number("value");
    }
    require(
        !(input.isState() || input.isConstant()) || !input.datatype().equals("BYTES"),
        "input '%s' is a %s of texts, and numbers were expected",
        input.name(),
        input.kind());
  }

  private void requireSound(Variant variant) {
    requireAddsUp(variant);
    requireDistinct(
        "golden output of " + variant.name() + ", ",
        variant.goldenOutputs(),
        output -> output.values().name());
    for (GoldenOutput output : variant.goldenOutputs()) {
      String name = output.values().name();
      TensorSpec declared =
          release.outputs().stream()
              .filter(tensor -> tensor.name().equals(name))
              .findFirst()
              .orElseThrow(() ->
                  unsound(
                      "%s has golden outputs for '%s', which is no output", variant.name(), name));
      requireFits(output.values(), declared, "golden output of " + variant.name());
    }
  }

  /** The bytes of a block are just those of its shape, for all samples. */
  private void requireFits(GoldenInputs.Block block, TensorSpec declared, String what) {
    String place = "%s '%s'".formatted(what, block.name());
    require(
        block.datatype().equals(declared.datatype()) && allows(declared.shape(), block.shape()),
        "%s is %s%s, and %s%s is declared",
        place,
        block.datatype(),
        block.shape(),
        declared.datatype(),
        declared.shape());
    int size = Datatype.named(block.datatype()).orElseThrow().bytes();
    require(size > 0, "%s is of the type %s, which has no fixed size", place, block.datatype());
    require(
        block.bytes() == product(place, size, block.shape()),
        "%s has %d bytes, which is not %d samples of %s%s",
        place,
        block.bytes(),
        release.golden().samples(),
        block.datatype(),
        block.shape());
    requireSameSize(block.blob(), block.bytes());
  }

  private long product(String place, int size, List<Long> shape) {
    try {
      long bytes = Math.multiplyExact((long) size, release.golden().samples());
      for (long axis : shape) {
        bytes = Math.multiplyExact(bytes, axis);
      }
      return bytes;
    } catch (ArithmeticException e) {
      throw new BundleException("the manifest is not sound: %s is too large".formatted(place), e);
    }
  }

  private static boolean allows(List<Long> declared, List<Long> given) {
    boolean fits = declared.size() == given.size();
    for (int i = 0; fits && i < given.size(); i++) {
      fits = declared.get(i) == -1 || declared.get(i).equals(given.get(i));
    }
    return fits;
  }

  private void requireAddsUp(Variant variant) {
    Recipe file = variant.file();
    long sum = file.pieces().stream().mapToLong(Recipe.Piece::bytes).sum();
    require(
        sum == file.bytes(),
        "the pieces of %s have %d bytes and the file has %d",
        variant.name(),
        sum,
        file.bytes());
    file.blobs().forEach(this::requireSameSize);
    variant.packed().ifPresent(form -> requireSameSize(form.blob(), form.bytes()));
  }

  private void requireSameSize(Digest blob, long bytes) {
    long known = blobs.merge(blob, bytes, (first, _) -> first);
    require(known == bytes, "blob %s has %d bytes here and %d there", blob.brief(), known, bytes);
  }

  /** Best accuracy first, each cheaper than the one above, as far as both are known. */
  private void requireOrder(Ladder ladder) {
    for (int i = 1; i < ladder.variants().size(); i++) {
      Variant above = ladder.variants().get(i - 1);
      Variant below = ladder.variants().get(i);
      require(
          !isBetter(below.quality(), above.quality()),
          "%s is above %s in its ladder, and less accurate",
          above.name(),
          below.name());
      require(
          isCheaper(below, above),
          "%s is below %s in its ladder, and not cheaper in bytes, time or memory",
          below.name(),
          above.name());
    }
  }

  private static boolean isBetter(Variant.Quality a, Variant.Quality b) {
    if (!a.metric().equals(b.metric())) {
      return false;
    }
    return a.metric().equals("mse") ? less(a.value(), b.value()) : less(b.value(), a.value());
  }

  private static boolean isCheaper(Variant a, Variant b) {
    return a.file().bytes() < b.file().bytes()
        || less(a.measured().p50Micros(), b.measured().p50Micros())
        || less(a.measured().peakMemoryBytes(), b.measured().peakMemoryBytes());
  }

  /** Whether both are known and the first is less. */
  private static <T extends Comparable<T>> boolean less(Optional<T> a, Optional<T> b) {
    return a.isPresent() && b.isPresent() && a.get().compareTo(b.get()) < 0;
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw unsound(message, values);
    }
  }

  private static BundleException unsound(String message, Object... values) {
    return new BundleException("the manifest is not sound: " + message.formatted(values));
  }
}

package dev.skerry.bundle.release;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which variant of a release a device takes, and why.
 *
 * <p>A ladder fits when the device has its architecture, all of the features in {@code all}, one of
 * {@code oneOf}, none of {@code none}, and an execution provider. Of the providers only those in
 * front of {@code cpu} count, if there are any: {@code [cuda, cpu]} describes a device with CUDA on
 * which single nodes may run on the processor.
 *
 * <p>Among the ladders that fit, the most specific class comes first: one for a provider other than
 * {@code cpu} before one for the processor; then the one with more conditions, where the
 * architecture, each of {@code all}, {@code oneOf} as a whole, and each of {@code none} is one;
 * then the one that the release lists first. Each ladder is walked from its top down; the first
 * rung whose operator sets the engine runs and whose figures are within the budgets is taken.
 *
 * <p>Latencies were measured where the release was built. A rung that was too slow there is passed
 * over; one that was not measured is left to the device's own probe.
 *
 * @param taken empty when nothing fits
 * @param explanation one line for each ladder and rung that was looked at, for people
 */
public record Choice(Optional<Taken> taken, List<String> explanation) {
  public Choice {
    explanation = List.copyOf(explanation);
  }

  /** A variant and the ladder that it is a rung of. */
  public record Taken(Ladder ladder, Variant variant) {}

  /** The choice of a device; depends on nothing but its arguments. */
  public static Choice of(List<Ladder> ladders, DeviceFacts device, Budgets budgets) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "this device: %s, %d cores, %s free, %s, %s"
            .formatted(
                device.architecture(),
                device.cores(),
                megabytes(device.memoryBytes()),
                String.join(" ", device.providers()),
                device.engine()));
    List<Ladder> fitting = new ArrayList<>();
    for (Ladder ladder : ladders) {
      Optional<String> obstacle = obstacle(ladder.needs(), device);
      obstacle.ifPresent(why -> lines.add("%s: %s: skipped".formatted(ladder.target(), why)));
      if (obstacle.isEmpty()) {
        fitting.add(ladder);
      }
    }
    fitting.sort(Comparator.comparing(Ladder::needs, Choice::moreSpecific));
    return new Choice(firstWithin(fitting, device, budgets, lines), lines);
  }

  private static Optional<Taken> firstWithin(
      List<Ladder> ladders, DeviceFacts device, Budgets budgets, List<String> lines) {
    for (Ladder ladder : ladders) {
      for (Variant variant : ladder.variants()) {
        Optional<String> obstacle = obstacle(variant, device, budgets);
        lines.add(
            "%s: %s"
                .formatted(
                    variant.name(),
                    obstacle.map(why -> why + ": skipped").orElse("taken; " + why(ladder))));
        if (obstacle.isEmpty()) {
          return Optional.of(new Taken(ladder, variant));
        }
      }
    }
    lines.add("no variant of this release runs on this device");
    return Optional.empty();
  }

  private static String why(Ladder ladder) {
    int conditions = conditions(ladder.needs());
    return conditions == 0 && !needsProvider(ladder.needs())
        ? "runs on any device"
        : "the most specific class that fits is " + ladder.target();
  }

  /** Why a device is not of a ladder's class. */
  private static Optional<String> obstacle(Ladder.Needs needs, DeviceFacts device) {
    if (!needs.architecture().equals(Ladder.ANY)
        && !needs.architecture().equals(device.architecture())) {
      return Optional.of(
          "is for %s and this is %s".formatted(needs.architecture(), device.architecture()));
    }
    List<String> missing =
        needs.all().stream().filter(feature -> !device.features().contains(feature)).toList();
    if (!missing.isEmpty()) {
      return Optional.of("needs " + String.join(", ", missing));
    }
    if (!needs.oneOf().isEmpty() && needs.oneOf().stream().noneMatch(device.features()::contains)) {
      return Optional.of("needs one of " + String.join(", ", needs.oneOf()));
    }
    Optional<String> unwanted =
        needs.none().stream().filter(device.features()::contains).findFirst();
    if (unwanted.isPresent()) {
      return Optional.of("is for devices without " + unwanted.get());
    }
    List<String> providers = wantedProviders(needs);
    return providers.stream().noneMatch(device.providers()::contains)
        ? Optional.of("needs the provider " + String.join(" or ", providers))
        : Optional.empty();
  }

  /** Providers of which a device has at least one. */
  private static List<String> wantedProviders(Ladder.Needs needs) {
    List<String> special =
        needs.providers().stream().takeWhile(provider -> !provider.equals(Ladder.CPU)).toList();
    return special.isEmpty() ? List.of(Ladder.CPU) : special;
  }

  private static boolean needsProvider(Ladder.Needs needs) {
    return !wantedProviders(needs).contains(Ladder.CPU);
  }

  private static int moreSpecific(Ladder.Needs a, Ladder.Needs b) {
    int byProvider = Boolean.compare(needsProvider(b), needsProvider(a));
    return byProvider != 0 ? byProvider : Integer.compare(conditions(b), conditions(a));
  }

  private static int conditions(Ladder.Needs needs) {
    return (needs.architecture().equals(Ladder.ANY) ? 0 : 1)
        + needs.all().size()
        + (needs.oneOf().isEmpty() ? 0 : 1)
        + needs.none().size();
  }

  /** Why a device of the right class does not take a variant. */
  private static Optional<String> obstacle(Variant variant, DeviceFacts device, Budgets budgets) {
    for (var opset : variant.opsets().entrySet()) {
      long runs = device.opsets().getOrDefault(opset.getKey(), 0L);
      if (opset.getValue() > runs) {
        return Optional.of(
            "uses version %d of %s and %s runs %s"
                .formatted(
                    opset.getValue(),
                    opset.getKey(),
                    device.engine(),
                    runs == 0 ? "none" : "up to " + runs));
      }
    }
    long allowed = Math.min(device.memoryBytes(), budgets.memoryBytes().orElse(Long.MAX_VALUE));
    long needed = variant.memoryBytes();
    if (needed > allowed) {
      boolean owner = allowed < device.memoryBytes();
      return Optional.of(
          "needs %s of %s %s"
              .formatted(megabytes(needed), megabytes(allowed), owner ? "allowed" : "free"));
    }
    return tooSlow(variant, budgets);
  }

  private static Optional<String> tooSlow(Variant variant, Budgets budgets) {
    double allowed = budgets.latencyMicros().orElse(Double.POSITIVE_INFINITY);
    return variant
        .measured()
        .p50Micros()
        .filter(micros -> micros > allowed)
        .map(micros ->
            String.format(
                Locale.ROOT,
                "took %.0f µs where it was built, of %.0f µs allowed",
                micros,
                allowed));
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, bytes < 9_950_000 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
  }
}

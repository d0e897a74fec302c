package dev.skerry.fleet.page;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Variant;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.release.CataloguedRelease;
import dev.skerry.fleet.rollout.State;
import dev.skerry.fleet.store.Database;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The list of releases, and a page for each. */
final class ReleasePages {
  private final Catalogue catalogue;
  private final Devices devices;
  private final Database database;
  private final RolloutRows rows;

  ReleasePages(Dashboard.Parts parts, RolloutRows rows) {
    this.catalogue = parts.catalogue();
    this.devices = parts.devices();
    this.database = parts.database();
    this.rows = rows;
  }

  /** A release, as far as counts are kept by it. */
  private record Key(String model, long counter) {}

  ReleasesView list() {
    Map<Key, Long> running = running();
    Map<Key, State> rolled = rolled();
    Map<String, List<ReleasesView.Row>> models = new LinkedHashMap<>();
    for (CataloguedRelease release : catalogue.releases()) {
      models
          .computeIfAbsent(release.model(), _ -> new ArrayList<>())
          .add(row(release, running, rolled));
    }
    return new ReleasesView(
        models.entrySet().stream()
            .map(model -> new ReleasesView.Model(model.getKey(), model.getValue()))
            .toList(),
        catalogue.problem());
  }

  private Map<Key, Long> running() {
    return devices.field().stream()
        .collect(
            Collectors.toMap(
                serving -> new Key(serving.model(), serving.counter()), Devices.Serving::devices));
  }

  /** State of the newest rollout of each release. */
  private Map<Key, State> rolled() {
    Map<Key, State> states = new HashMap<>();
    database.read(handle ->
        handle
            .createQuery("select model, counter, state from rollouts order by id")
            .map((row, _) ->
                states.put(new Key(row.getString(1), row.getLong(2)), State.of(row.getString(3))))
            .list());
    return states;
  }

  private static ReleasesView.Row row(
      CataloguedRelease release, Map<Key, Long> running, Map<Key, State> rolled) {
    Key key = new Key(release.model(), release.counter());
    List<Variant> variants = release.release().variants();
    LongSummaryStatistics sizes =
        variants.stream().mapToLong(variant -> variant.file().bytes()).summaryStatistics();
    return new ReleasesView.Row(
        release.counter(),
        release.release().version(),
        best(variants).map(ReleasePages::quality).orElse(Words.NOTHING),
        sizes.getMin() == sizes.getMax()
            ? Words.bytes(sizes.getMin())
            : "%s to %s".formatted(Words.bytes(sizes.getMin()), Words.bytes(sizes.getMax())),
        release.release().ladders().stream().map(Ladder::target).collect(Collectors.joining(", ")),
        running.getOrDefault(key, 0L),
        Optional.ofNullable(rolled.get(key)).map(RolloutWords::state));
  }

  /** The variant that is first on its ladder and was measured. */
  private static Optional<Variant> best(List<Variant> variants) {
    return variants.stream().filter(variant -> variant.quality().value().isPresent()).findFirst();
  }

  private static String quality(Variant variant) {
    return variant
        .quality()
        .value()
        .map(value -> "%s %s".formatted(figure(variant, value), variant.quality().metric()))
        .orElse(Words.NOTHING);
  }

  private static String figure(Variant variant, double value) {
    return isShare(variant) ? Words.percent(value) : Words.decimals(value, 4);
  }

  /** Whether the metric is a part of a whole; errors such as {@code mse} are not. */
  private static boolean isShare(Variant variant) {
    String metric = variant.quality().metric();
    return !metric.equals("mse") && variant.quality().value().map(v -> v <= 1).orElse(false);
  }

  Optional<ReleaseView> release(String model, long counter) {
    return catalogue.find(model, counter).map(this::view);
  }

  private ReleaseView view(CataloguedRelease release) {
    List<Variant> variants = release.release().variants();
    List<Devices.Serving> field =
        devices.field().stream().filter(one -> one.model().equals(release.model())).toList();
    return new ReleaseView(
        release.model(),
        release.counter(),
        release.release().version(),
        field.stream()
            .filter(one -> one.counter() == release.counter())
            .mapToLong(Devices.Serving::devices)
            .sum(),
        field.stream().mapToLong(Devices.Serving::devices).sum(),
        scatter(release),
        release.release().ladders().stream().map(ladder -> ladder(ladder, variants)).toList(),
        provenance(release),
        rows.of(release.model(), release.counter()).stream().map(rows::show).toList(),
        RolloutForms.usual());
  }

  private static ReleaseView.Ladder ladder(Ladder ladder, List<Variant> all) {
    double slowest = longest(all, variant -> variant.measured().p50Micros().orElse(0.0));
    double largest = longest(all, variant -> variant.file().bytes());
    Optional<Double> best = best(ladder.variants()).flatMap(variant -> variant.quality().value());
    return new ReleaseView.Ladder(
        ladder.target(),
        needs(ladder.needs()),
        ladder.variants().stream().map(variant -> rung(variant, best, slowest, largest)).toList());
  }

  private static double longest(List<Variant> variants, ToDoubleFunction<Variant> length) {
    return variants.stream().mapToDouble(length).max().orElse(0);
  }

  private static String needs(Ladder.Needs needs) {
    List<String> words = new ArrayList<>();
    words.add(needs.architecture());
    if (!needs.all().isEmpty()) {
      words.add("with " + String.join(", ", needs.all()));
    }
    if (!needs.oneOf().isEmpty()) {
      words.add("with one of " + String.join(", ", needs.oneOf()));
    }
    if (!needs.none().isEmpty()) {
      words.add("without " + String.join(", ", needs.none()));
    }
    return String.join(" ", words);
  }

  private static ReleaseView.Rung rung(
      Variant variant, Optional<Double> best, double slowest, double largest) {
    return new ReleaseView.Rung(
        variant.name(),
        variant.technique(),
        variant
            .quality()
            .value()
            .map(value ->
                new ReleaseView.Bar(figure(variant, value), lost(variant, value, best), ""))
            .orElse(ReleaseView.Bar.NONE),
        variant
            .measured()
            .p50Micros()
            .map(p50 -> new ReleaseView.Bar(Words.micros(p50), "", share(p50, slowest)))
            .orElse(new ReleaseView.Bar("not measured", "", "")),
        new ReleaseView.Bar(
            Words.bytes(variant.file().bytes()),
            variant.packed().map(form -> Words.bytes(form.bytes()) + " packed").orElse(""),
            share(variant.file().bytes(), largest)),
        variant.quality().agreement().map(Words::percent).orElse(Words.NOTHING));
  }

  private static String share(double length, double longest) {
    return Strip.percent(longest > 0 ? 100 * length / longest : 0);
  }

  /** What a rung lost against the first one of its ladder. */
  private static String lost(Variant variant, double value, Optional<Double> best) {
    double lost = best.orElse(value) - value;
    if (!isShare(variant) || Math.abs(lost) < 0.00005) {
      return "";
    }
    return "%s%s pp".formatted(lost > 0 ? "−" : "+", Words.decimals(100 * Math.abs(lost), 2));
  }

  private static Optional<ScatterPlot> scatter(CataloguedRelease release) {
    List<ScatterPlot.Point> points = new ArrayList<>();
    String metric = "";
    for (Ladder ladder : release.release().ladders()) {
      for (Variant variant : ladder.variants()) {
        Optional<Double> value = variant.quality().value();
        Optional<Double> p50 = variant.measured().p50Micros();
        if (value.isPresent() && p50.isPresent()) {
          metric = variant.quality().metric();
          String words = Words.micros(p50.get()) + ", " + figure(variant, value.get());
          points.add(
              new ScatterPlot.Point(
                  ladder.target(), variant.name(), p50.get(), value.get(), words));
        }
      }
    }
    boolean shares = points.stream().allMatch(point -> point.y() <= 1);
    return points.size() < 2
        ? Optional.empty()
        : Optional.of(
            new ScatterPlot(
                "Quality against latency",
                "latency p50, as measured when the release was made",
                metric,
                points,
                Words::micros,
                shares
                    ? tick -> Words.decimals(100 * tick, 1) + " %"
                    : tick -> Words.decimals(tick, 3)));
  }

  private static List<DeviceView.Fact> provenance(CataloguedRelease release) {
    Provenance provenance = release.release().provenance();
    List<DeviceView.Fact> facts = new ArrayList<>();
    facts.add(new DeviceView.Fact("Manifest", release.receipt().manifest().hex()));
    facts.add(new DeviceView.Fact("Original model", provenance.model().hex()));
    provenance
        .calibration()
        .map(Digest::hex)
        .ifPresent(hex -> facts.add(new DeviceView.Fact("Calibration data", hex)));
    provenance
        .validation()
        .map(Digest::hex)
        .ifPresent(hex -> facts.add(new DeviceView.Fact("Validation data", hex)));
    facts.add(new DeviceView.Fact("Made by", provenance.tool() + ", " + provenance.engine()));
    facts.add(new DeviceView.Fact("Security floor", Long.toString(release.receipt().floor())));
    facts.add(new DeviceView.Fact("Command", String.join(" ", provenance.command())));
    return facts;
  }
}

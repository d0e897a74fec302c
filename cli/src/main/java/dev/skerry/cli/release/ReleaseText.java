package dev.skerry.cli.release;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.release.GoldenOutput;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Provenance;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;
import dev.skerry.cli.terminal.Figures;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.cli.terminal.TextTable;
import dev.skerry.cli.terminal.TextTable.Align;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A release as lines on a terminal. */
public final class ReleaseText {
  private final Terminal terminal;
  private final Release release;
  private final Map<Digest, Integer> users = new HashMap<>();

  private ReleaseText(Terminal terminal, Release release) {
    this.terminal = terminal;
    this.release = release;
    release
        .variants()
        .forEach(variant ->
            variant.file().blobs().keySet().forEach(blob -> users.merge(blob, 1, Integer::sum)));
  }

  /** What {@code release} holds, as a table of its ladders and what else is worth knowing. */
  public static String of(Terminal terminal, Release release) {
    return new ReleaseText(terminal, release).print();
  }

  private String print() {
    return "%s %s\n%s\n%s\n%s%s"
        .formatted(
            terminal.bold(Terminal.printable(release.model())),
            Terminal.printable(release.version()),
            ladders(),
            golden(),
            sharing(),
            provenance());
  }

  private String ladders() {
    TextTable table =
        TextTable.of(
            Align.LEFT,
            Align.RIGHT,
            Align.RIGHT,
            Align.RIGHT,
            Align.RIGHT,
            Align.RIGHT,
            Align.RIGHT,
            Align.RIGHT,
            Align.LEFT);
    table.row("", "bytes", "packed", "shared", metric(), "agreement", "p50", "memory", "");
    for (Ladder ladder : release.ladders()) {
      for (Variant variant : ladder.variants()) {
        table.row(
            variant.name(),
            Figures.bytes(variant.file().bytes()),
            variant.packed().map(form -> Figures.bytes(form.bytes())).orElse(""),
            percent(Optional.of(shared(variant))),
            value(variant.quality()),
            percent(variant.quality().agreement()),
            variant.measured().p50Micros().map(Figures::micros).orElse(""),
            variant.measured().peakMemoryBytes().map(Figures::bytes).orElse(""),
            Terminal.printable(variant.technique()));
      }
    }
    return table.print("  ");
  }

  private String metric() {
    List<String> metrics =
        release.variants().stream().map(variant -> variant.quality().metric()).distinct().toList();
    boolean own = metrics.size() == 1 && !metrics.getFirst().equals("agreement");
    return own ? Terminal.printable(metrics.getFirst()) : "metric";
  }

  private static String value(Variant.Quality quality) {
    return switch (quality.metric()) {
      case "agreement" -> ""; // has a column of its own
      case "mse", "cosine" ->
          quality.value().map(value -> String.format(Locale.ROOT, "%.4g", value)).orElse("");
      default -> percent(quality.value());
    };
  }

  private static String percent(Optional<Double> share) {
    return share.map(value -> String.format(Locale.ROOT, "%.2f %%", 100 * value)).orElse("");
  }

  /** The share of a variant's bytes that another variant has as well. */
  private double shared(Variant variant) {
    long bytes =
        variant.file().blobs().entrySet().stream()
            .filter(blob -> users.getOrDefault(blob.getKey(), 0) > 1)
            .mapToLong(Map.Entry::getValue)
            .sum();
    return (double) bytes / variant.file().bytes();
  }

  private String golden() {
    String tolerances =
        release.variants().stream()
            .map(variant ->
                "    %s: %s\n"
                    .formatted(
                        variant.name(),
                        variant.goldenOutputs().stream()
                            .map(ReleaseText::tolerance)
                            .collect(Collectors.joining(", "))))
            .collect(Collectors.joining());
    return "  %d golden samples, %s; answers may differ by\n%s"
        .formatted(
            release.golden().samples(),
            Figures.bytes(
                release.golden().blobs().values().stream().mapToLong(Long::longValue).sum()),
            tolerances);
  }

  private static String tolerance(GoldenOutput output) {
    return String.format(
        Locale.ROOT, "%s %.3g", Terminal.printable(output.values().name()), output.tolerance());
  }

  private String sharing() {
    long all = release.blobs().values().stream().mapToLong(Long::longValue).sum();
    long apart = release.variants().stream().mapToLong(variant -> variant.file().bytes()).sum();
    return "  %d blobs, %s; the files of all variants apart are %s\n"
        .formatted(release.blobs().size(), Figures.bytes(all), Figures.bytes(apart));
  }

  private String provenance() {
    Provenance provenance = release.provenance();
    TextTable table = TextTable.of(Align.LEFT, Align.LEFT);
    table.row("model", provenance.model().brief());
    provenance.calibration().ifPresent(data -> table.row("calibration", data.brief()));
    provenance.validation().ifPresent(data -> table.row("validation", data.brief()));
    table.row("made by", Terminal.printable(provenance.tool() + ", " + provenance.engine()));
    table.row("again", Terminal.printable(String.join(" ", provenance.command())));
    return table.print("  ");
  }
}

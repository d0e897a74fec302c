package dev.skerry.cli;

import dev.skerry.bundle.pack.Packer;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.OptimizationReport;
import dev.skerry.optimize.OptimizeRequest;
import dev.skerry.optimize.compress.CompressRequest;
import dev.skerry.optimize.compress.Compressor;
import dev.skerry.optimize.train.TrainingOptions;
import dev.skerry.runtime.Ticker;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of a search for the smallest networks, and what {@code optimize} does with them. */
final class CompressArguments {
  private static final Pattern TIME = Pattern.compile("([1-9]\\d{0,5})([smh])");

  @Option(
      names = "--compress",
      description = {
        "Search for the smallest variants within the budget: prune, repair, train on the answers of"
            + " the model as it was, quantize; a ladder for each target. A search that was stopped"
            + " goes on when the same command is given again."
      })
  private boolean wanted;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      description =
          "With --compress: for the whole search, such as 90s, 60m or 3h, what was spent before"
              + " included (${DEFAULT-VALUE}).")
  private String time = "60m";

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "With --compress: of all that is random (${DEFAULT-VALUE}).")
  private long seed = 1;

  boolean wanted() {
    return wanted;
  }

  /** Searches as {@code request} and these options ask. */
  OptimizationReport compress(OptimizeRequest request) {
    return Compressor.compress(
        new CompressRequest(
            request,
            duration(time),
            seed,
            TrainingOptions.standard().threads(),
            CompressRequest.MOST_EPOCHS,
            true,
            file -> Packer.pack(file).length,
            Ticker.system()));
  }

  static Duration duration(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "--time takes a number and a unit, such as 90s, 60m or 3h, not '%s'".formatted(text));
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      default -> Duration.ofHours(count);
    };
  }
}

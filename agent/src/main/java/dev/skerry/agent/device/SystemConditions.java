package dev.skerry.agent.device;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What Linux says of its power supplies ({@code sysfs-class-power}), and a file that is there while
 * the network is metered.
 *
 * @param supplies normally {@link #SUPPLIES}
 * @param meteredFlag such as {@code /run/metered}, made and removed by whatever manages the network
 */
public record SystemConditions(Path supplies, Optional<Path> meteredFlag) implements Conditions {
  public static final Path SUPPLIES = Path.of("/sys/class/power_supply");

  @Override
  public boolean metered() {
    return meteredFlag.filter(Files::exists).isPresent();
  }

  @Override
  public OptionalDouble battery() {
    if (!Files.isDirectory(supplies)) {
      return OptionalDouble.empty();
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(supplies)) {
      OptionalDouble least = OptionalDouble.empty();
      for (Path supply : found) {
        if (text(supply, "type").equals("Battery")
            && text(supply, "status").equals("Discharging")
            && !text(supply, "scope").equals("Device")) {
          least = lesser(least, text(supply, "capacity"));
        }
      }
      return least;
    } catch (IOException e) {
      return OptionalDouble.empty(); // a supply that was just unplugged says nothing
    }
  }

  /** {@code percent} as a fraction, if it is less. */
  private static OptionalDouble lesser(OptionalDouble least, String percent) {
    if (!percent.matches("[0-9]{1,3}")) {
      return least;
    }
    return OptionalDouble.of(Math.min(least.orElse(1), Integer.parseInt(percent) / 100.0));
  }

  private static String text(Path supply, String name) throws IOException {
    Path file = supply.resolve(name);
    return Files.isReadable(file) ? Files.readString(file).strip() : "";
  }
}

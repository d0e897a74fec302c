package dev.skerry.cli.fleet;

import dev.skerry.agent.config.Quantity;
import dev.skerry.fleet.FleetSettings;
import dev.skerry.fleet.api.Gate;
import dev.skerry.fleet.store.Database;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.describe.DescriptionTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code fleet.toml}: how a fleet is set up. Paths are relative to the file.
 *
 * @param lines every key with its value, in order
 */
record FleetToml(FleetSettings settings, List<Line> lines) {
  private static final Pattern BUCKET =
      Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/?((?:[^/]+(?:/[^/]+)*)?)/?");
  private static final int MOST_DAYS = 36_500;
  private static final int MOST_PER_SECOND = 1_000_000;

  FleetToml {
    lines = List.copyOf(lines);
  }

  /**
   * One key of the effective configuration.
   *
   * @param given whether the file has it; otherwise the value is the default
   */
  record Line(String key, String value, boolean given) {}

  /**
   * Reads a configuration.
   *
   * @throws SkerryException BAD_DESCRIPTION with all problems at once
   */
  static FleetToml read(Path file) {
    try {
      return parse(file, Files.readString(file));
    } catch (IOException e) {
      if (!Files.exists(file)) {
        throw new SkerryException(
            ErrorCode.USAGE,
            "there is no %s; write one (docs/guides/fleet.md begins with an example), or name it with --config"
                .formatted(file),
            e);
      }
      throw new UncheckedIOException(e);
    }
  }

  static FleetToml parse(Path file, String toml) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    List<Line> lines = new ArrayList<>();
    return DescriptionTable.read(
        file.toString(),
        toml,
        table -> new FleetToml(new Reader("", table, folder, lines).settings(), lines));
  }

  /** A table under reading, which notes every value and where it came from. */
  private record Reader(String prefix, DescriptionTable read, Path folder, List<Line> lines) {
    FleetSettings settings() {
      String listen = text("listen", "127.0.0.1:8443");
      int colon = listen.lastIndexOf(':');
      Optional<String> url = address("url");
      Path data = path("data", "fleet-data");
      Database.Place database = database(data);
      FleetSettings.Repository repository = repository();
      Optional<String> repositoryUrl = address("repository-url");
      FleetSettings.TlsMode tls = tls();
      Duration certificates = days("certificate-days", 30);
      int poll = pollSeconds(table("poll"));
      Reader retention = table("retention");
      Duration events = retention.days("events-days", 30);
      Duration history = retention.days("history-days", 90);
      retention.read.finish();
      Gate.Rates rates = rates(table("limits"));
      return new FleetSettings(
          colon > 0 ? listen.substring(0, colon) : listen,
          port(listen, colon),
          url,
          data,
          database,
          repository,
          repositoryUrl,
          tls,
          certificates,
          poll,
          events,
          history,
          rates);
    }

    private Reader table(String key) {
      return new Reader(prefix + key + ".", read.table(key), folder, lines);
    }

    private <T> T noted(String key, T value, String shown) {
      lines.add(new Line(prefix + key, shown, read.has(key)));
      return value;
    }

    private String text(String key, String otherwise) {
      String value = read.text(key, otherwise);
      return noted(key, value, value);
    }

    private Path path(String key, String otherwise) {
      return folder.resolve(text(key, otherwise)).normalize();
    }

    private FleetSettings.Repository repository() {
      String place = text("repository", "repo");
      Reader bucket = table("s3");
      Optional<URI> endpoint = bucket.address("endpoint").map(URI::create);
      String region = bucket.text("region", "us-east-1");
      bucket.read.finish();
      Matcher parts = BUCKET.matcher(place);
      if (parts.matches()) {
        String prefix = parts.group(2).isEmpty() ? "" : parts.group(2) + "/";
        return new FleetSettings.Repository.Bucket(parts.group(1), prefix, region, endpoint);
      }
      if (place.startsWith("s3:")) {
        read.problem("repository", "expected s3://BUCKET or s3://BUCKET/PREFIX, got " + place);
      }
      return new FleetSettings.Repository.Folder(folder.resolve(place).normalize());
    }

    private Optional<String> address(String key) {
      Optional<String> value = Optional.ofNullable(read.optionalText(key));
      if (value.filter(text -> !text.matches("https?://[^/\\s]+(/\\S*)?")).isPresent()) {
        read.problem(
            key, "expected an address such as https://fleet.example:8443, got " + value.get());
      }
      return noted(key, value.map(text -> text.replaceAll("/+$", "")), value.orElse("none"));
    }

    private Database.Place database(Path data) {
      String usual = "jdbc:sqlite:" + data.resolve("fleet.db");
      String url = read.text("database", usual);
      noted("database", url, url);
      String user = read.text("database-user", "");
      noted("database-user", user, user.isEmpty() ? "none" : user);
      Optional<String> file = Optional.ofNullable(read.optionalText("database-password-file"));
      noted("database-password-file", file, file.orElse("none"));
      return new Database.Place(url, user, file.map(this::secret).orElse(""));
    }

    private String secret(String file) {
      try {
        return Files.readString(folder.resolve(file)).strip();
      } catch (IOException e) {
        read.problem("database-password-file", "cannot be read: " + e.getMessage());
        return "";
      }
    }

    private FleetSettings.TlsMode tls() {
      Optional<String> certificate = Optional.ofNullable(read.optionalText("tls-certificate"));
      Optional<String> key = Optional.ofNullable(read.optionalText("tls-key"));
      Tls mode = read.choice("tls", Tls.values(), certificate.isPresent() ? Tls.FILES : Tls.OWN_CA);
      noted("tls", mode, mode.text());
      noted("tls-certificate", certificate, certificate.orElse("none"));
      noted("tls-key", key, key.orElse("none"));
      boolean files = certificate.isPresent() && key.isPresent();
      if (mode == Tls.FILES && !files) {
        read.problem("tls", "files takes tls-certificate and tls-key, both PEM files");
      }
      return switch (mode) {
        case OWN_CA -> new FleetSettings.TlsMode.OwnCa();
        case OFF -> new FleetSettings.TlsMode.Off();
        case FILES ->
            new FleetSettings.TlsMode.Files(
                folder.resolve(certificate.orElse("")), folder.resolve(key.orElse("")));
      };
    }

    private Duration days(String key, int otherwise) {
      int value = read.count(key, otherwise, MOST_DAYS);
      return noted(key, Duration.ofDays(value), Integer.toString(value));
    }

    private static int pollSeconds(Reader poll) {
      Duration usual = Duration.ofMinutes(5);
      Optional<String> text = Optional.ofNullable(poll.read.optionalText("interval"));
      Optional<Duration> given =
          text.flatMap(value -> Quantity.parse(value, Quantity.TIMES)).map(Duration::ofNanos);
      if (text.isPresent()
          && given.filter(time -> time.toSeconds() >= 1 && time.toDays() <= 7).isEmpty()) {
        poll.read.problem(
            "interval", "expected a time from \"1 s\" to \"7 d\", got \"" + text.get() + "\"");
      }
      Duration interval = given.orElse(usual);
      poll.noted("interval", interval, Quantity.text(interval));
      poll.read.finish();
      return (int) Math.clamp(interval.toSeconds(), 1, Duration.ofDays(7).toSeconds());
    }

    private static Gate.Rates rates(Reader limits) {
      Gate.Rates usual = Gate.Rates.USUAL;
      Gate.Rates rates =
          new Gate.Rates(
              limits.perSecond("person-per-second", usual.person()),
              limits.perSecond("device-per-second", usual.device()),
              limits.perSecond("failures-per-second", usual.failures()));
      limits.read.finish();
      return rates;
    }

    private double perSecond(String key, double otherwise) {
      double value = read.number(key, otherwise, 0.001, MOST_PER_SECOND);
      return noted(key, value, Double.toString(value).replaceAll("\\.0$", ""));
    }

    private int port(String listen, int colon) {
      String port = listen.substring(colon + 1);
      if (colon > 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= 65535) {
        return Integer.parseInt(port);
      }
      read.problem(
          "listen", "expected HOST:PORT such as \"127.0.0.1:8443\", got \"" + listen + "\"");
      return 0;
    }
  }

  private enum Tls {
    OWN_CA,
    OFF,
    FILES;

    String text() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}

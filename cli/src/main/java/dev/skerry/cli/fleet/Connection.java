package dev.skerry.cli.fleet;

import dev.skerry.fleet.device.CertificateAuthority;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that talks to a running fleet. */
final class Connection {
  private static final String URL = "SKERRY_FLEET_URL";
  private static final String TOKEN = "SKERRY_FLEET_TOKEN";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The fleet's address; SKERRY_FLEET_URL when not given.")
  private @Nullable String url;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "An access token; SKERRY_FLEET_TOKEN when not given, which others cannot see in the list"
              + " of processes.")
  private @Nullable String token;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "The fleet's CA certificate; when not given, the token names it.")
  private @Nullable Path ca;

  /** Whether a server is named, by an option or the environment. */
  boolean isNamed() {
    return find(url, URL).isPresent();
  }

  /**
   * @throws SkerryException USAGE if the address or the token is missing
   */
  FleetClient client() {
    String text = require(find(token, TOKEN), "--token", TOKEN);
    return new FleetClient(require(find(url, URL), "--url", URL), text, tls(text));
  }

  private Optional<SSLContext> tls(String text) {
    if (ca == null) {
      return PinnedAuthority.pinOf(text).map(PinnedAuthority::context);
    }
    try {
      return Optional.of(
          PinnedAuthority.context(CertificateAuthority.readCertificates(ca).getFirst()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> find(@Nullable String option, String variable) {
    return Optional.ofNullable(option).or(() -> Optional.ofNullable(System.getenv(variable)));
  }

  private static String require(Optional<String> value, String option, String variable) {
    return value.orElseThrow(() ->
        new SkerryException(
            ErrorCode.USAGE, "which fleet? Give %s or set %s".formatted(option, variable)));
  }
}

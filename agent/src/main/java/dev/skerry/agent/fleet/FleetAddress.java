package dev.skerry.agent.fleet;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.net.URI;

/** The address of a fleet: {@code https://HOST[:PORT]}, or {@code http://} on this machine. */
final class FleetAddress {
  private static final int HTTPS_PORT = 443;
  private static final int HTTP_PORT = 80;

  private FleetAddress() {}

  /**
   * @throws SkerryException USAGE if it is no such address
   */
  static URI of(String text) {
    if (!AgentConfig.isFleetAddress(text)) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "'%s' is no address of a fleet: https://HOST:PORT was expected (http:// only for a fleet on this machine)"
              .formatted(text));
    }
    return URI.create(text.endsWith("/") ? text : text + "/");
  }

  static boolean isSecure(URI address) {
    return "https".equals(address.getScheme());
  }

  /** Whether the same server answers at both. */
  static boolean isSameServer(URI address, URI other) {
    return address.getScheme().equals(other.getScheme())
        && address.getHost().equalsIgnoreCase(String.valueOf(other.getHost()))
        && port(address) == port(other);
  }

  private static int port(URI address) {
    return address.getPort() > 0 ? address.getPort() : isSecure(address) ? HTTPS_PORT : HTTP_PORT;
  }
}

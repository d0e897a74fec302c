package dev.skerry.agent.fleet;

import dev.skerry.agent.config.AgentConfig;
import dev.skerry.agent.device.FolderLock;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.disk.Disk;
import dev.skerry.bundle.disk.SystemDisk;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.EnrolReply;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.EnrolToken;
import dev.skerry.wire.Facts;
import dev.skerry.wire.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Makes a device part of a fleet: a key is made here, the fleet gives a certificate for it, and
 * {@code agent.toml} then names the fleet.
 *
 * <p>Nothing is sent to a server that does not come from the CA that the token names, and nothing
 * is written before the fleet's answer was checked. When writing fails, what was there before is
 * there again.
 */
public final class Enrolment {
  /**
   * What came of it.
   *
   * @param device its name in the fleet
   * @param expires when its certificate does, unless it is renewed
   */
  public record Enrolled(
      String device, String url, String repository, Path config, Path identity, Instant expires) {}

  private final EnrolOrder order;
  private final URI address;
  private final EnrolToken token;
  private final AgentFile before;
  private final IdentityFile file;

  private Enrolment(EnrolOrder order) {
    this.order = order;
    this.address = FleetAddress.of(order.url());
    this.token = EnrolToken.of(order.token());
    this.before = AgentFile.read(order.config());
    this.file = IdentityFile.in(before.data());
    Labels.check(order.labels());
  }

  /**
   * Does it.
   *
   * @throws SkerryException USAGE if the device belongs to a fleet already, or its agent runs;
   *     REMOTE if the fleet cannot be reached; TRUST if it is not the token's fleet, or the token
   *     does not hold
   * @throws BundleException if the token, a label or the fleet's answer is malformed
   */
  public static Enrolled enrol(EnrolOrder order) {
    Enrolment enrolment = new Enrolment(order);
    Disk disk = new SystemDisk();
    boolean made = !Files.exists(enrolment.before.data());
    disk.createFolders(enrolment.before.data());
    try (FolderLock lock = FolderLock.of(enrolment.before.data())) {
      return enrolment.run(disk, lock);
    } catch (RuntimeException e) {
      if (made) {
        removeEmpty(enrolment.before.data());
      }
      throw e;
    }
  }

  /** The folder with nothing but its lock. */
  private static void removeEmpty(Path data) {
    try {
      Files.deleteIfExists(data.resolve("lock"));
      Files.deleteIfExists(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Enrolled run(Disk disk, FolderLock held) {
    requireFree();
    KeyPair pair = DeviceKey.generate();
    EnrolReply reply = ask(pair);
    Identity identity = checked(pair, reply);
    write(disk, identity, reply);
    return new Enrolled(
        identity.device(),
        order.url(),
        reply.repository(),
        order.config(),
        file.path(),
        identity.expires());
  }

  private void requireFree() {
    Optional<Identity> there = order.replace() ? Optional.empty() : file.read();
    if (there.isPresent()) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "this device belongs to a fleet already, as %s; with --replace it gets a new key and name, and the old key %s is lost"
              .formatted(there.get().device(), file.path()));
    }
  }

  private EnrolReply ask(KeyPair pair) {
    String publicKey = DeviceKey.publicText(pair);
    Facts facts = FleetFacts.of(order.facts(), order.target(), order.version());
    String proof = DeviceKey.proof(pair, EnrolRequest.signed(token.text(), publicKey));
    Optional<SSLContext> tls =
        FleetAddress.isSecure(address)
            ? Optional.of(FleetTls.pinned(token.pin()))
            : Optional.empty();
    try (FleetClient client = new FleetClient(address, tls, "")) {
      return client.enrol(new EnrolRequest(token.text(), publicKey, proof, facts, order.labels()));
    }
  }

  private Identity checked(KeyPair pair, EnrolReply reply) {
    List<X509Certificate> ca = Identity.certificates("the fleet's CA", reply.ca());
    if (ca.size() != 1) {
      throw new BundleException(
          "the fleet gave %d certificates of its CA, 1 was expected".formatted(ca.size()));
    }
    if (!EnrolToken.pinOf(Identity.der(ca.getFirst())).equals(token.pin())) {
      throw new TrustException("the fleet's CA certificate is not the one that the token names");
    }
    Identity identity = Identity.of(pair, reply.certificates(), ca.getFirst(), reply.deviceToken());
    if (!identity.device().equals(reply.device())) {
      throw new BundleException(
          "the fleet gave a certificate of '%s' to '%s'"
              .formatted(identity.device(), reply.device()));
    }
    JsonReader.readObject(
        "the fleet's root metadata", reply.root().getBytes(StandardCharsets.UTF_8));
    return identity;
  }

  /** {@code agent.toml} comes last: until it names the fleet, nothing has changed for the agent. */
  private void write(Disk disk, Identity identity, EnrolReply reply) {
    Path root = before.data().resolve("fleet").resolve("root.json");
    Path state = FleetState.file(before.data());
    String text = before.with(order, reply.repository(), root);
    AgentConfig.parse(order.config(), text);
    try (Undo undo = Undo.of(root, state, file.path(), order.config())) {
      disk.createFolders(before.data().resolve("fleet"));
      disk.delete(state);
      disk.replace(root, reply.root().getBytes(StandardCharsets.UTF_8));
      file.write(identity);
      disk.replace(order.config().toAbsolutePath(), text.getBytes(StandardCharsets.UTF_8));
      undo.keep();
    }
  }
}

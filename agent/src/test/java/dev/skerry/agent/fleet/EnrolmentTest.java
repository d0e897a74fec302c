package dev.skerry.agent.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skerry.agent.LiveRepository;
import dev.skerry.agent.config.AgentConfig;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.key.Pem;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.EnrolToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTest {
  @TempDir private Path folder;
  private Path device;
  private Path config;
  private FakeFleet fleet;

  @BeforeEach
  void begin() throws IOException {
    new LiveRepository(folder.resolve("repo"));
    fleet = new FakeFleet(folder.resolve("repo"), true);
    device = Files.createDirectories(folder.resolve("device"));
    config = device.resolve("agent.toml");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  private EnrolOrder order(String url, String token, boolean replace) {
    return new EnrolOrder(
        url,
        token,
        config,
        Optional.empty(),
        new LinkedHashMap<>(Map.of("site", "say \"hi\"")),
        replace,
        FleetDeviceTest.facts(),
        "test");
  }

  private Enrolment.Enrolled enrol() {
    return Enrolment.enrol(order(fleet.url(), fleet.token().text(), false));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(device)) {
      return files.filter(file -> !file.equals(device)).sorted().toList();
    }
  }

  @Test
  void enrolment_writesAllThatAnAgentNeeds() throws IOException {
    Enrolment.Enrolled enrolled = enrol();

    assertThat(enrolled.device()).isEqualTo("dev-1");
    AgentConfig read = AgentConfig.read(config);
    assertThat(read.repository()).isEqualTo(fleet.url() + "/repo");
    assertThat(read.root()).hasSameBinaryContentAs(folder.resolve("repo/metadata/1.root.json"));
    assertThat(read.fleet().orElseThrow().url()).isEqualTo(fleet.url());
    assertThat(read.fleet().orElseThrow().labels()).containsEntry("site", "say \"hi\"");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(enrolled.identity())))
        .isEqualTo("rw-------");
    Identity identity = IdentityFile.in(read.data()).read().orElseThrow();
    assertThat(identity.device()).isEqualTo("dev-1");
    assertThat(Files.readString(enrolled.identity())).startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(Identity.read("copy", identity.toPem())).isEqualTo(identity);
  }

  @Test
  void existingConfiguration_keepsWhatIsNotTheFleets() throws IOException {
    Files.writeString(
        config,
        """
        # my device
        repository = "https://example.org/models"
        root = "root.json"
        models = ["m"]   # the one
        [fleet]
        url = "https://old.example.org"
        [shadow]
        share = 0.25
        """);
    enrol();

    String text = Files.readString(config);
    assertThat(text).contains("# my device", "models = [\"m\"]   # the one", "share = 0.25");
    assertThat(text).doesNotContain("example.org", "\"root.json\"");
    assertThat(AgentConfig.read(config).models()).containsExactly("m");
  }

  @Test
  void configurationWithoutARepository_isCompleted() throws IOException {
    Files.writeString(config, "data = \"here\"\n[shadow]\nsamples = 7\n");
    Enrolment.Enrolled enrolled = enrol();

    AgentConfig read = AgentConfig.read(config);
    assertThat(read.policy().shadow().samples()).isEqualTo(7);
    assertThat(enrolled.identity()).startsWith(device.resolve("here"));
  }

  @Test
  void configurationWithProblems_isRefusedBeforeAnythingIsSent() throws IOException {
    Files.writeString(config, "dota = \"here\"\n");
    assertThatThrownBy(this::enrol).hasMessageContaining("dota");
    assertThat(fleet.received.size()).isZero();
  }

  @Test
  void deviceThatBelongsToAFleet_keepsItsKey_unlessItIsToBeReplaced() throws IOException {
    Path key = enrol().identity();
    byte[] before = Files.readAllBytes(key);

    assertThatThrownBy(this::enrol)
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("belongs to a fleet already, as dev-1; with --replace");
    assertThat(key).hasBinaryContent(before);

    Enrolment.enrol(order(fleet.url(), fleet.token().text(), true));
    assertThat(Files.readAllBytes(key)).isNotEqualTo(before);
    assertThat(files()).noneMatch(file -> file.toString().endsWith(".before"));
  }

  private void fails(EnrolOrder order, ErrorCode code, String message) throws IOException {
    Throwable failure = catchThrowable(() -> Enrolment.enrol(order));
    assertThat(failure).isInstanceOf(SkerryException.class).hasMessageContaining(message);
    assertThat(((SkerryException) failure).code()).isEqualTo(code);
    assertThat(failure.toString()).doesNotContain(FakeFleet.SECRET);
    assertThat(files()).isEmpty();
  }

  @Test
  void tokenThatDoesNotHold_isSaid_andNothingIsLeftBehind() throws IOException {
    fleet.refuseEnrolment = 403;
    fails(
        order(fleet.url(), fleet.token().text(), false), ErrorCode.TRUST, "the token has expired");
  }

  @Test
  void serverOfAnotherCa_isToldNothing() throws IOException {
    String pin = EnrolToken.pinOf(new byte[] {1});
    String token = new EnrolToken("7", FakeFleet.SECRET, pin).text();
    fails(order(fleet.url(), token, false), ErrorCode.TRUST, "does not come from the CA");
    assertThat(fleet.received.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void fleetThatIsNotThere_isSaid() throws IOException {
    String url = fleet.url();
    String token = fleet.token().text();
    fleet.stop();
    fails(order(url, token, false), ErrorCode.REMOTE, "cannot be reached: nobody listens there");
  }

  @Test
  void addressWithoutEncryption_isRefused() throws IOException {
    fails(
        order("http://192.0.2.1:8443", fleet.token().text(), false),
        ErrorCode.USAGE,
        "https://HOST:PORT was expected");
  }

  @Test
  void certificateForAnotherKey_isNotTaken() throws IOException {
    Instant now = Instant.now();
    fleet.certificates =
        Optional.of(
            Pem.write(
                "CERTIFICATE",
                Identity.der(
                    fleet.authority.device(
                        "dev-1", DeviceKey.generate().getPublic(), now, now.plusSeconds(60)))));
    assertThatThrownBy(this::enrol)
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("for another key");
    assertThat(files()).isEmpty();
  }

  @Test
  void fileThatCannotBeWritten_leavesEverythingAsItWas() throws IOException {
    Files.writeString(config, "repository = \"r\"\nroot = \"r\"\nmodels = [\"m\"]\n");
    String before = Files.readString(config);
    Files.createDirectories(device.resolve("agent.toml.new").resolve("in-the-way"));

    assertThat(catchThrowable(this::enrol)).isNotNull();

    assertThat(config).hasContent(before);
    assertThat(files())
        .extracting(file -> file.getFileName().toString())
        .doesNotContain("identity.pem", "root.json", "agent.toml.before", "identity.pem.before");
  }

  @Test
  void keyThatOthersMayRead_isRefused() throws IOException {
    Path key = enrol().identity();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> IdentityFile.in(AgentConfig.read(config).data()).read())
        .isInstanceOf(TrustException.class)
        .hasMessageContaining("open to other users");
  }
}

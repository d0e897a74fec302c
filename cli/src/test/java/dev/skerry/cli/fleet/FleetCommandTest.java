package dev.skerry.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.cli.Skerry;
import dev.skerry.cli.terminal.Terminal;
import dev.skerry.fleet.Fleet;
import dev.skerry.fleet.FleetSettings;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.device.NewDevice;
import dev.skerry.graph.SkerryException;
import dev.skerry.wire.Facts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetCommandTest {
  @TempDir private Path folder;

  private Path config = Path.of("");

  /** What a command printed, and the code that it ended with. */
  private record Ran(int code, String out, String err) {
    JsonObject json() {
      return JsonReader.readObject("output", out.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static Ran run(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal = Terminal.plain(out, err);
    int code = Skerry.run(terminal, args);
    terminal.flush();
    return new Ran(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @BeforeEach
  void writeConfig() throws IOException {
    config = folder.resolve("fleet.toml");
    Files.writeString(config, "listen = \"127.0.0.1:0\"\n");
  }

  private Fleet start() {
    FleetSettings settings = FleetToml.read(config).settings();
    return Fleet.start(
        settings,
        new Fleet.Host("test", InstantSource.system(), System::nanoTime, new SecureRandom()));
  }

  @Test
  void commands_steerARunningFleet() {
    try (Fleet fleet = start()) {
      fleet
          .devices()
          .insertAll(
              List.of(
                  new NewDevice(
                      "dev-a",
                      "claim",
                      "key",
                      Secrets.hash("x"),
                      Map.of("site", "berlin"),
                      Map.of(),
                      new Facts("arm64", "1", "ort", "arm64", List.of(), List.of("cpu"), 1, 1))));
      Ran made =
          run(
              "fleet",
              "token",
              "create",
              "--owner",
              "anna",
              "--scope",
              "admin",
              "--config",
              config.toString());
      assertThat(made.code).as(made.err).isZero();
      String token = made.out.strip();
      String url = fleet.url();

      Ran labelled =
          run("fleet", "devices", "dev-a", "--set-label", "line=4", "--url", url, "--token", token);
      Ran listed = run("fleet", "devices", "--json", "--url", url, "--token", token);
      Ran audit = run("fleet", "audit", "--url", url, "--token", token);
      Ran claim =
          run(
              "fleet",
              "token",
              "create",
              "--claim",
              "--uses",
              "3",
              "--label",
              "site=köln",
              "--url",
              url,
              "--token",
              token,
              "--json");
      Ran tokens = run("fleet", "token", "list", "--url", url, "--token", token);
      Ran releases = run("fleet", "releases", "--url", url, "--token", token);

      assertThat(labelled.out).as(labelled.err).contains("line=4 site=berlin");
      assertThat(listed.json().objects("devices").getFirst().object("labels").text("line"))
          .isEqualTo("4");
      assertThat(audit.out).contains("anna", "device.label", "dev-a");
      assertThat(claim.json().text("text")).startsWith("skt_");
      assertThat(tokens.out).contains("anna", "admin", "devices", "3 left");
      assertThat(releases.out).contains("no releases", "skerry repo init");

      String id = claim.json().text("id");
      assertThat(
              run("fleet", "token", "revoke", id, "--claim", "--url", url, "--token", token).code)
          .isZero();
      checkImpostors(url, token);
    }
  }

  private void checkImpostors(String url, String token) {
    String other = token.substring(0, token.length() - 1) + (token.endsWith("0") ? "1" : "0");
    Ran impostor = run("fleet", "devices", "--url", url, "--token", other);
    assertThat(impostor.code).isEqualTo(5);
    assertThat(impostor.err).contains("not the fleet that the token is for");
    Ran nobody =
        run(
            "fleet",
            "devices",
            "--url",
            url,
            "--token",
            "wrong",
            "--ca",
            folder.resolve("fleet-data/ca.pem").toString());
    assertThat(nobody.code).isEqualTo(5);
    assertThat(nobody.err).contains("no access token that holds");
  }

  @Test
  void fleetThatDoesNotRun_isSaidSo() {
    Ran ran = run("fleet", "devices", "--url", "https://127.0.0.1:1", "--token", "x");

    assertThat(ran.code).isEqualTo(6);
    assertThat(ran.err).contains("https://127.0.0.1:1 cannot be reached");
  }

  @Test
  void noAddress_isSaidHowToGiveIt() {
    Ran ran = run("fleet", "devices", "--token", "x");

    assertThat(ran.code).isEqualTo(2);
    assertThat(ran.err).contains("--url", "SKERRY_FLEET_URL");
  }

  @Test
  void toml_reportsAllProblemsAtOnce() throws IOException {
    Files.writeString(
        config,
        """
        listn = "x"
        listen = "nowhere"
        url = "fleet.example"
        tls = "files"
        [poll]
        interval = "soon"
        [retention]
        event-days = 3
        """);

    assertThatThrownBy(() -> FleetToml.read(config))
        .isInstanceOf(SkerryException.class)
        .hasMessageContaining("listn")
        .hasMessageContaining("HOST:PORT")
        .hasMessageContaining("url: expected an address")
        .hasMessageContaining("tls-certificate and tls-key")
        .hasMessageContaining("poll.interval: expected a time")
        .hasMessageContaining("retention.event-days");
  }

  @Test
  void toml_setsEverything() throws IOException {
    Files.writeString(folder.resolve("password"), "secret\n");
    Files.writeString(
        config,
        """
        listen = "0.0.0.0:9000"
        url = "https://fleet.example:9000/"
        data = "d"
        database = "jdbc:postgresql://db/fleet"
        database-user = "skerry"
        database-password-file = "password"
        repository = "r"
        repository-url = "https://cdn.example/r"
        tls = "off"
        certificate-days = 10
        [poll]
        interval = "90 s"
        [retention]
        events-days = 3
        history-days = 4
        [limits]
        person-per-second = 7
        device-per-second = 0.5
        failures-per-second = 1
        """);

    FleetToml read = FleetToml.read(config);
    FleetSettings settings = read.settings();

    assertThat(settings.port()).isEqualTo(9000);
    assertThat(settings.url()).hasValue("https://fleet.example:9000");
    assertThat(settings.database().password()).isEqualTo("secret");
    assertThat(settings.database().toString()).doesNotContain("secret");
    assertThat(settings.repository())
        .isEqualTo(new FleetSettings.Repository.Folder(folder.resolve("r")));
    assertThat(settings.tls()).isInstanceOf(FleetSettings.TlsMode.Off.class);
    assertThat(settings.pollSeconds()).isEqualTo(90);
    assertThat(settings.keepHistory().toDays()).isEqualTo(4);
    assertThat(settings.rates().device()).isEqualTo(0.5);
    assertThat(read.lines()).allSatisfy(line -> assertThat(line.value()).isNotEqualTo("secret"));
  }
}

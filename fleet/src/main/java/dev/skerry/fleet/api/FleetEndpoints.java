package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.access.AccessTokens;
import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Scope;
import dev.skerry.fleet.device.ClaimTokens;
import dev.skerry.fleet.device.DeviceEntry;
import dev.skerry.fleet.device.DeviceView;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.LabelText;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.release.Catalogue;
import dev.skerry.fleet.release.CataloguedRelease;
import dev.skerry.wire.EventRecord;
import dev.skerry.wire.QualityRecord;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What people and programs ask about devices, releases, tokens and changes, and what they change.
 */
public final class FleetEndpoints {
  private static final int USUAL_PAGE = 100;
  private static final int MOST_ON_PAGE = 1000;
  private static final int MOST_DAYS = 3660;
  private static final int USUAL_TOKEN_DAYS = 90;
  private static final int USUAL_CLAIM_DAYS = 7;
  private static final Schema DONE = Schema.object().put("id", Schema.text()).build();

  private final Parts parts;

  /**
   * What the endpoints are about.
   *
   * @param selectors makes a selector's text into a question about a device
   */
  public record Parts(
      Devices devices,
      Reports reports,
      Catalogue catalogue,
      AccessTokens tokens,
      ClaimTokens claims,
      Audit audit,
      Function<String, Predicate<DeviceView>> selectors) {}

  public FleetEndpoints(Parts parts) {
    this.parts = parts;
  }

  public List<Endpoint> list() {
    return List.of(
        devices(),
        device(),
        events(),
        quality(),
        labels(),
        Endpoint.act(
            "POST",
            "/v1/devices/{id}/revoke",
            Audience.ADMIN,
            "Shuts a device out",
            DONE,
            this::revokeDevice),
        Endpoint.get(
            "/v1/field",
            Audience.VIEWER,
            "How many devices serve which release",
            Schema.object().put("serving", Schema.list(Schema.any("a release"))).build(),
            this::field),
        Endpoint.get(
            "/v1/releases",
            Audience.VIEWER,
            "Releases in the signed repository, newest of each model first",
            Schema.object()
                .put("releases", Schema.list(Schema.any("a release")))
                .optional("problem", Schema.text())
                .build(),
            this::releases),
        Endpoint.get(
            "/v1/releases/{model}/{counter}",
            Audience.VIEWER,
            "One release",
            Schema.any("a release"),
            this::release),
        listTokens(),
        createToken(),
        revoking("/v1/tokens/{id}", "Revokes an access token", parts.tokens::revoke),
        listClaims(),
        createClaim(),
        revoking("/v1/claims/{id}", "Revokes a claim token", parts.claims::revoke),
        audit());
  }

  private Endpoint listTokens() {
    return Endpoint.get(
        "/v1/tokens",
        Audience.ADMIN,
        "Access tokens, newest first",
        Schema.object().put("tokens", Schema.list(Schema.any("a token"))).build(),
        _ -> tokens());
  }

  private Endpoint listClaims() {
    return Endpoint.get(
        "/v1/claims",
        Audience.ADMIN,
        "Claim tokens for devices, newest first",
        Schema.object().put("claims", Schema.list(Schema.any("a claim token"))).build(),
        _ -> claims());
  }

  /**
   * @param revoke takes who revokes, and the id
   */
  private static Endpoint revoking(String path, String summary, BiConsumer<String, String> revoke) {
    return Endpoint.act(
        "DELETE",
        path,
        Audience.ADMIN,
        summary,
        DONE,
        call -> {
          revoke.accept(call.who(), call.name("id"));
          return done(call.name("id"));
        });
  }

  private static Answer done(String id) {
    return Answer.json(Json.object().put("id", id).build());
  }

  private Endpoint devices() {
    return Endpoint.get(
            "/v1/devices",
            Audience.VIEWER,
            "Devices by id, those that a selector takes",
            Schema.object()
                .put("devices", Schema.list(Schema.any("a device")))
                .optional("next", Schema.text())
                .build(),
            call -> {
              Devices.Page page =
                  parts.devices.list(
                      parts.selectors.apply(call.query("selector", "")),
                      call.query("after", ""),
                      (int) call.query("limit", USUAL_PAGE, 1, MOST_ON_PAGE));
              Json.ObjectBuilder json =
                  Json.object()
                      .put("devices", page.devices().stream().map(DeviceEntry::toJson).toList());
              page.next().ifPresent(next -> json.put("next", next));
              return Answer.json(json.build());
            })
        .with("selector", Schema.text(), "such as: site = berlin and target in (arm64)")
        .with("after", Schema.text(), "the next of the page before")
        .with("limit", Schema.integer(), "devices of the page, 100 when not given");
  }

  private Endpoint device() {
    return Endpoint.get(
        "/v1/devices/{id}",
        Audience.VIEWER,
        "One device",
        Schema.any("a device"),
        call -> Answer.json(existing(call).toJson()));
  }

  private DeviceEntry existing(Call call) {
    String id = call.name("id");
    return parts
        .devices
        .find(id)
        .orElseThrow(() -> FleetException.notFound("there is no device '%s'".formatted(id)));
  }

  private Endpoint events() {
    return Endpoint.get(
            "/v1/devices/{id}/events",
            Audience.VIEWER,
            "What happened on a device, newest first",
            Schema.object().put("events", Schema.list(Schema.any("an event"))).build(),
            call -> {
              List<EventRecord> events =
                  parts.reports.events(
                      existing(call).id(),
                      call.query("before", Long.MAX_VALUE, 1, Long.MAX_VALUE),
                      (int) call.query("limit", USUAL_PAGE, 1, MOST_ON_PAGE));
              return Answer.json(
                  Json.object()
                      .put("events", events.stream().map(EventRecord::toJson).toList())
                      .build());
            })
        .with("before", Schema.integer(), "only with smaller sequence numbers")
        .with("limit", Schema.integer(), "events, 100 when not given");
  }

  private Endpoint quality() {
    return Endpoint.get(
        "/v1/devices/{id}/quality",
        Audience.VIEWER,
        "Figures of the releases on a device, newest run first",
        Schema.object().put("quality", Schema.list(Schema.any("figures of one run"))).build(),
        call ->
            Answer.json(
                Json.object()
                    .put(
                        "quality",
                        parts.reports.quality(existing(call).id(), USUAL_PAGE).stream()
                            .map(QualityRecord::toJson)
                            .toList())
                    .build()));
  }

  private Endpoint labels() {
    return Endpoint.change(
        "PUT",
        "/v1/devices/{id}/labels",
        Audience.OPERATOR,
        "Sets the labels that people give a device, and takes away those that are not named",
        Schema.object().put("labels", Schema.map(Schema.text())).build(),
        Schema.any("the device"),
        call ->
            Answer.json(
                parts
                    .devices
                    .setLabels(call.who(), call.name("id"), labels(call.json().object("labels")))
                    .toJson()));
  }

  private static SortedMap<String, String> labels(JsonObject json) {
    SortedMap<String, String> labels = new TreeMap<>();
    json.keys().forEach(name -> labels.put(name, json.text(name)));
    return labels;
  }

  private Answer revokeDevice(Call call) {
    parts.devices.revoke(call.who(), call.name("id"));
    return done(call.name("id"));
  }

  private Answer field(Call call) {
    return Answer.json(
        Json.object()
            .put(
                "serving",
                parts.devices.field().stream()
                    .map(one ->
                        Json.object()
                            .put("model", one.model())
                            .put("counter", one.counter())
                            .put("devices", one.devices())
                            .build())
                    .toList())
            .build());
  }

  private Answer releases(Call call) {
    Json.ObjectBuilder json =
        Json.object()
            .put(
                "releases",
                parts.catalogue.releases().stream().map(CataloguedRelease::toJson).toList());
    parts.catalogue.problem().ifPresent(problem -> json.put("problem", problem));
    return Answer.json(json.build());
  }

  private Answer release(Call call) {
    String model = call.name("model");
    long counter = call.number("counter");
    return parts
        .catalogue
        .find(model, counter)
        .map(release -> Answer.json(release.toJson()))
        .orElseThrow(() ->
            FleetException.notFound(
                "the repository has no release %d of '%s'".formatted(counter, model)));
  }

  private Answer tokens() {
    return Answer.json(
        Json.object()
            .put("tokens", parts.tokens.list().stream().map(FleetEndpoints::json).toList())
            .build());
  }

  private static Json.Obj json(AccessTokens.Listed token) {
    Json.ObjectBuilder json =
        Json.object()
            .put("id", token.id())
            .put("owner", token.owner())
            .put("scope", token.scope().text())
            .put("created-at", token.createdAt().toString())
            .put("created-by", token.createdBy())
            .put("expires-at", token.expiresAt().toString());
    token.revokedAt().ifPresent(at -> json.put("revoked-at", at.toString()));
    return json.build();
  }

  private Endpoint createToken() {
    return Endpoint.change(
        "POST",
        "/v1/tokens",
        Audience.ADMIN,
        "Makes an access token, whose text is shown this once",
        Schema.object()
            .put("owner", Schema.text())
            .put("scope", Schema.choice("viewer", "operator", "admin"))
            .optional("days", Schema.integer())
            .build(),
        Schema.object().put("token", Schema.any("as listed")).put("text", Schema.text()).build(),
        call -> {
          JsonObject json = call.json();
          AccessTokens.Created created =
              parts.tokens.create(
                  call.who(),
                  json.text("owner"),
                  Scope.of(json.text("scope")),
                  days(json, USUAL_TOKEN_DAYS));
          return Answer.json(
              Json.object()
                  .put("token", json(created.token()))
                  .put("text", created.text())
                  .build());
        });
  }

  private static Duration days(JsonObject json, int usual) {
    long days = json.has("days") ? json.integer("days", 1) : usual;
    if (days > MOST_DAYS) {
      throw FleetException.badRequest(
          "days is %d, at most %d was expected".formatted(days, MOST_DAYS));
    }
    return Duration.ofDays(days);
  }

  private Answer claims() {
    return Answer.json(
        Json.object()
            .put("claims", parts.claims.list().stream().map(FleetEndpoints::json).toList())
            .build());
  }

  private static Json.Obj json(ClaimTokens.Listed claim) {
    Json.ObjectBuilder json =
        Json.object()
            .put("id", claim.id())
            .put("created-at", claim.createdAt().toString())
            .put("created-by", claim.createdBy())
            .put("expires-at", claim.expiresAt().toString())
            .put("labels", LabelText.json(claim.labels()));
    claim.usesLeft().ifPresent(uses -> json.put("uses-left", uses));
    claim.revokedAt().ifPresent(at -> json.put("revoked-at", at.toString()));
    return json.build();
  }

  private Endpoint createClaim() {
    return Endpoint.change(
        "POST",
        "/v1/claims",
        Audience.ADMIN,
        "Makes a claim token that lets devices in, whose text is shown this once",
        Schema.object()
            .optional("days", Schema.integer())
            .optional("uses", Schema.integer())
            .optional("labels", Schema.map(Schema.text()))
            .build(),
        Schema.object().put("claim", Schema.any("as listed")).put("text", Schema.text()).build(),
        call -> {
          JsonObject json = call.json();
          ClaimTokens.Created created =
              parts.claims.create(
                  call.who(),
                  days(json, USUAL_CLAIM_DAYS),
                  json.has("uses")
                      ? OptionalLong.of(json.integer("uses", 1))
                      : OptionalLong.empty(),
                  json.has("labels") ? labels(json.object("labels")) : new TreeMap<>());
          return Answer.json(
              Json.object()
                  .put("claim", json(created.token()))
                  .put("text", created.text())
                  .build());
        });
  }

  private Endpoint audit() {
    return Endpoint.get(
            "/v1/audit",
            Audience.VIEWER,
            "Who changed what, newest first",
            Schema.object().put("entries", Schema.list(Schema.any("a change"))).build(),
            call -> {
              List<Audit.Entry> entries =
                  parts.audit.list(
                      call.query("before", Long.MAX_VALUE, 1, Long.MAX_VALUE),
                      call.query("subject", ""),
                      (int) call.query("limit", USUAL_PAGE, 1, Audit.MOST));
              return Answer.json(
                  Json.object()
                      .put("entries", entries.stream().map(FleetEndpoints::json).toList())
                      .build());
            })
        .with("before", Schema.integer(), "only with smaller ids")
        .with("subject", Schema.text(), "only about this device, token or rollout")
        .with("limit", Schema.integer(), "entries, 100 when not given");
  }

  private static Json.Obj json(Audit.Entry entry) {
    return Json.object()
        .put("id", entry.id())
        .put("at", entry.at().toString())
        .put("who", entry.who())
        .put("action", entry.action())
        .put("subject", entry.subject())
        .put("before", entry.before())
        .put("after", entry.after())
        .build();
  }
}

package dev.skerry.fleet.api;

import dev.skerry.bundle.json.Json;
import dev.skerry.fleet.rollout.Members;
import dev.skerry.fleet.rollout.RolloutDetail;
import dev.skerry.fleet.rollout.Rollouts;
import java.util.List;

/** What people and programs ask about rollouts, and how they steer them. */
public final class RolloutEndpoints {
  private static final Schema ROLLOUT = Schema.any("a rollout with its waves, gates and decisions");
  private static final int MOST_WAVE = 1000;

  private final Rollouts rollouts;

  public RolloutEndpoints(Rollouts rollouts) {
    this.rollouts = rollouts;
  }

  public List<Endpoint> list() {
    return List.of(
        Endpoint.get(
            "/v1/rollouts",
            Audience.VIEWER,
            "Rollouts, newest first",
            Schema.object().put("rollouts", Schema.list(Schema.any("a rollout"))).build(),
            _ -> all()),
        create(),
        Endpoint.get(
            "/v1/rollouts/{id}",
            Audience.VIEWER,
            "One rollout: its waves, what its gates say, what was decided and on which numbers",
            ROLLOUT,
            call -> shown(rollouts.show(call.number("id")))),
        devices(),
        Endpoint.act(
                "POST",
                "/v1/rollouts/{id}/approve",
                Audience.OPERATOR,
                "Says yes to the wave that waits for an approval",
                ROLLOUT,
                call ->
                    shown(
                        rollouts.approve(
                            call.number("id"),
                            (int) call.query("wave", 0, 1, MOST_WAVE),
                            call.who())))
            .with("wave", Schema.integer(), "another wave, from 1, ahead of time"),
        order(
            "pause",
            "Lets nobody else join until it is resumed",
            call -> rollouts.pause(call.number("id"), call.who())),
        order(
            "resume",
            "Goes on after a pause, or after a gate held it; figures from before do not count then",
            call -> rollouts.resume(call.number("id"), call.who())),
        order(
            "cancel",
            "Ends it; devices keep what they run",
            call -> rollouts.cancel(call.number("id"), call.who())),
        order(
            "rollback",
            "Takes its devices back to what they ran before",
            call -> rollouts.rollBack(call.number("id"), call.who())));
  }

  private Answer all() {
    List<Json.Obj> all =
        rollouts.list().stream()
            .map(detail -> RolloutDetail.summary(detail.rollout(), detail.totals()).build())
            .toList();
    return Answer.json(Json.object().put("rollouts", all).build());
  }

  private Endpoint create() {
    return Endpoint.change(
        "POST",
        "/v1/rollouts",
        Audience.OPERATOR,
        "Makes a rollout of a release to the devices that a selector means",
        Schema.object()
            .put("model", Schema.text())
            .put("counter", Schema.integer())
            .optional("selector", Schema.text())
            .optional(
                "waves",
                Schema.list(
                    Schema.anything(
                        "a size such as \"5 %\", or an object with size, soak, min-reports,"
                            + " timeout, approval")))
            .optional(
                "gates",
                Schema.list(
                    Schema.anything(
                        "an expression such as \"error-rate <= 1 %\", or an object with expression,"
                            + " min-sample, confidence, proof, action")))
            .optional("windows", Schema.list(Schema.text()))
            .optional("rate-per-minute", Schema.integer())
            .optional("priority", Schema.integer())
            .optional("note", Schema.text())
            .build(),
        ROLLOUT,
        call -> shown(rollouts.create(call.json(), call.who())));
  }

  private Endpoint devices() {
    return Endpoint.get(
            "/v1/rollouts/{id}/devices",
            Audience.VIEWER,
            "Devices that joined a rollout by id, at most 1000 at once",
            Schema.object().put("devices", Schema.list(Schema.any("a device's part"))).build(),
            call ->
                Answer.json(
                    Json.object()
                        .put(
                            "devices",
                            rollouts.members(call.number("id"), call.query("after", "")).stream()
                                .map(Members.Member::toJson)
                                .toList())
                        .build()))
        .with("after", Schema.text(), "the last device of the page before");
  }

  /** What a person orders. */
  private interface Order {
    RolloutDetail give(Call call);
  }

  private static Endpoint order(String name, String summary, Order order) {
    return Endpoint.act(
        "POST",
        "/v1/rollouts/{id}/" + name,
        Audience.OPERATOR,
        summary,
        ROLLOUT,
        call -> shown(order.give(call)));
  }

  private static Answer shown(RolloutDetail detail) {
    return Answer.json(detail.toJson());
  }
}

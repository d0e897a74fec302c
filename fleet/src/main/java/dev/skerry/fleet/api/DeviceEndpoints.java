package dev.skerry.fleet.api;

import dev.skerry.fleet.device.DesiredStates;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.device.Enrolment;
import dev.skerry.fleet.device.LastSeen;
import dev.skerry.fleet.device.Reports;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.wire.Desired;
import dev.skerry.wire.DeviceReport;
import dev.skerry.wire.EnrolRequest;
import dev.skerry.wire.RenewRequest;
import dev.skerry.wire.ReportReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What devices ask and say. */
public final class DeviceEndpoints {
  private static final int REPORT_LIMIT = 4 << 20;

  /** RFC 7240, section 4.3. */
  private static final Pattern WAIT =
      Pattern.compile("(?:^|[,;\\s])wait=([0-9]{1,5})(?:$|[,;\\s])");

  private final Enrolment enrolment;
  private final DesiredStates desired;
  private final Reports reports;
  private final LastSeen seen;
  private final Gate gate;

  public DeviceEndpoints(
      Enrolment enrolment, DesiredStates desired, Reports reports, LastSeen seen, Gate gate) {
    this.enrolment = enrolment;
    this.desired = desired;
    this.reports = reports;
    this.seen = seen;
    this.gate = gate;
  }

  public List<Endpoint> list() {
    Schema message = Schema.any("a message of the device protocol");
    return List.of(
        Endpoint.get(
            "/v1/device/desired",
            Audience.DEVICE,
            "What the device should run; 304 while If-None-Match holds, Prefer: wait=SECONDS waits",
            message,
            this::desired),
        Endpoint.change(
                "POST",
                "/v1/device/report",
                Audience.DEVICE,
                "How the device is; sending it again changes nothing",
                message,
                message,
                this::report)
            .upTo(REPORT_LIMIT),
        Endpoint.change(
            "POST",
            "/v1/device/renew",
            Audience.DEVICE,
            "A new certificate",
            Schema.object().put("public-key", Schema.text()).put("proof", Schema.text()).build(),
            Schema.object().put("certificates", Schema.text()).build(),
            call ->
                Answer.json(
                    enrolment
                        .renew(call.caller().view().id(), RenewRequest.of(call.json()))
                        .toJson())),
        Endpoint.change(
            "POST",
            "/v1/enrol",
            Audience.ANYONE,
            "Lets a device in that has a claim token",
            Schema.object()
                .put("token", Schema.text())
                .put("public-key", Schema.text())
                .put("proof", Schema.text())
                .put("facts", Schema.any("what the device is"))
                .put("labels", Schema.map(Schema.text()))
                .build(),
            message,
            this::enrol));
  }

  private Answer enrol(Call call) {
    EnrolRequest request = EnrolRequest.of(call.json());
    try {
      return Answer.json(enrolment.enrol(request).toJson());
    } catch (FleetException e) {
      if (e.kind() == FleetException.Kind.FORBIDDEN) {
        gate.attempt(call.address());
      }
      throw e;
    }
  }

  private Answer desired(Call call) throws InterruptedException {
    Devices.Caller caller = call.caller();
    seen.note(caller.view().id());
    String known = unquoted(call.headers().getOrDefault("if-none-match", ""));
    Optional<Desired> found = desired.changed(caller.view(), known, wait(call));
    return found
        .map(state -> Answer.json(state.toJson()).with("ETag", "\"" + state.etag() + "\""))
        .orElseGet(() -> Answer.empty(304).with("ETag", "\"" + known + "\""));
  }

  private static String unquoted(String etag) {
    boolean quoted = etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"");
    return quoted ? etag.substring(1, etag.length() - 1) : etag;
  }

  private static Duration wait(Call call) {
    Matcher wait = WAIT.matcher(call.headers().getOrDefault("prefer", ""));
    if (!wait.find()) {
      return Duration.ZERO;
    }
    Duration asked = Duration.ofSeconds(Long.parseLong(wait.group(1)));
    return asked.compareTo(DesiredStates.LONGEST_WAIT) > 0 ? DesiredStates.LONGEST_WAIT : asked;
  }

  private Answer report(Call call) {
    Devices.Caller caller = call.caller();
    DeviceReport report = DeviceReport.of(call.json());
    Reports.Stored stored = reports.store(caller, report);
    seen.note(caller.view().id());
    Desired now = desired.now(stored.device());
    return Answer.json(new ReportReply(stored.acknowledged(), now.etag()).toJson());
  }
}

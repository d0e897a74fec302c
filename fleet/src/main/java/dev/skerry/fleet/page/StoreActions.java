package dev.skerry.fleet.page;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Principal;
import dev.skerry.fleet.device.DeviceEntry;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.rollout.Rollouts;
import dev.skerry.fleet.store.Database;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What forms ask for, done as the API does it. */
final class StoreActions implements FleetActions {
  private final Database database;
  private final Devices devices;
  private final Rollouts rollouts;
  private final Audit audit;

  StoreActions(Dashboard.Parts parts) {
    this.database = parts.database();
    this.devices = parts.devices();
    this.rollouts = parts.rollouts();
    this.audit = parts.audit();
  }

  @Override
  public void setLabel(Principal who, String device, String name, String value) {
    SortedMap<String, String> labels = labels(device);
    labels.put(name, value);
    devices.setLabels(who.name(), device, labels);
  }

  @Override
  public void removeLabel(Principal who, String device, String name) {
    SortedMap<String, String> labels = labels(device);
    labels.remove(name);
    devices.setLabels(who.name(), device, labels);
  }

  private SortedMap<String, String> labels(String device) {
    return devices
        .find(device)
        .map(DeviceEntry::setLabels)
        .map(TreeMap::new)
        .orElseThrow(() -> FleetException.notFound("there is no device " + device));
  }

  @Override
  public long start(Principal who, String model, long counter, ReleaseView.RolloutForm form) {
    var plan = RolloutForms.plan(model, counter, form, rollouts::selector);
    try {
      return rollouts.create(plan, who.name()).rollout().id();
    } catch (FleetException e) {
      if (e.kind() != FleetException.Kind.BAD_REQUEST) {
        throw e;
      }
      String problem = Words.sentence(String.valueOf(e.getMessage()));
      throw new FormException(Map.of(problem.contains("soak") ? "soak" : "waves", problem));
    }
  }

  @Override
  public void steer(Principal who, long rollout, RolloutView.Action action, String reason) {
    String name = who.name();
    switch (action) {
      case APPROVE -> rollouts.approve(rollout, 0, name);
      case PAUSE -> rollouts.pause(rollout, name);
      case RESUME -> rollouts.resume(rollout, name);
      case ROLL_BACK -> rollouts.rollBack(rollout, name);
    }
    if (!reason.isEmpty()) {
      database.change(handle ->
          audit.record(handle, name, "rollout.reason", "rollout " + rollout, "", reason(reason)));
    }
  }

  private static String reason(String reason) {
    return new String(
        JsonWriter.canonical(Json.object().put("reason", reason).build()), StandardCharsets.UTF_8);
  }
}

package dev.skerry.fleet.device;

import dev.skerry.bundle.json.JsonObject;
import dev.skerry.wire.Facts;
import dev.skerry.wire.ModelStatus;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;

/**
 * A device as it decides what to run: its row in the database. Documents in it are read when they
 * are asked for, so that a poll that needs none costs nothing.
 */
public final class DeviceView {
  private final String id;
  private final long version;
  private final String labels;
  private final String facts;
  private final String models;
  private final String assignment;

  /**
   * @param version grows when labels or facts change
   * @param labels JSON
   * @param facts JSON
   * @param models JSON; empty before the first report
   * @param assignment text that {@code fleet.rollout} keeps with the device
   */
  public DeviceView(
      String id, long version, String labels, String facts, String models, String assignment) {
    this.id = id;
    this.version = version;
    this.labels = labels;
    this.facts = facts;
    this.models = models;
    this.assignment = assignment;
  }

  public String id() {
    return id;
  }

  /** Grows when labels or facts change, so that what was derived from them can be remembered. */
  public long version() {
    return version;
  }

  /** What fleet.rollout stored last with {@code Devices.assign}; empty at first. */
  public String assignment() {
    return assignment;
  }

  /** Those that people set and those that the device gave itself; people win. */
  public SortedMap<String, String> labels() {
    return LabelText.read(labels);
  }

  public Facts facts() {
    return Facts.of(Texts.object("facts of " + id, facts));
  }

  /** Whether it has said anything since it enrolled. */
  public boolean hasReported() {
    return !models.isEmpty();
  }

  /** As last reported; empty before. */
  public List<ModelStatus> models() {
    if (!hasReported()) {
      return List.of();
    }
    return Texts.list("models of " + id, models).stream()
        .map(item -> ModelStatus.of(JsonObject.of("a model of " + id, item)))
        .toList();
  }

  /** The same device after fleet.rollout stored something with it. */
  public DeviceView withAssignment(String changed) {
    return new DeviceView(id, version, labels, facts, models, changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeviceView view
        && id.equals(view.id)
        && version == view.version
        && labels.equals(view.labels)
        && facts.equals(view.facts)
        && models.equals(view.models)
        && assignment.equals(view.assignment);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, version, labels, facts, models, assignment);
  }

  @Override
  public String toString() {
    return "%s %s".formatted(id, labels);
  }
}

package dev.skerry.fleet.device;

import dev.skerry.fleet.access.Audit;
import dev.skerry.fleet.access.Secrets;
import dev.skerry.fleet.problem.FleetException;
import dev.skerry.fleet.store.Database;
import dev.skerry.fleet.store.Versions;
import dev.skerry.wire.Labels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The registry: who belongs to the fleet, and how people label them. */
public final class Devices {
  /** Devices that are read at a time while a list is looked through. */
  private static final int CHUNK = 1000;

  /** Devices that one page of a list looks through at most; the next page goes on there. */
  private static final int MOST_LOOKED_AT = 50_000;

  private static final String VIEW = "id, version, labels, facts, models, assignment";
  private static final String INSERT =
      "insert into devices (id, enrolled_at, revoked_at, token_hash, key_hash, previous_key_hash,"
          + " claim, own_labels, set_labels, labels, facts, target, agent, version, models,"
          + " event_sequence, reported_at, assignment) values (:id, :now, 0, :token, :key, '',"
          + " :claim, :own, :set, :labels, :facts, :target, :agent, 1, '', 0, 0, '')";

  private final Database database;
  private final Versions versions;
  private final Audit audit;
  private final InstantSource time;

  public Devices(Database database, Versions versions, Audit audit, InstantSource time) {
    this.database = database;
    this.versions = versions;
    this.audit = audit;
    this.time = time;
  }

  /**
   * A device as a request needs it.
   *
   * @param keyHashes SHA-256 of its key and of the one before
   * @param eventSequence newest event that is stored
   */
  record Known(
      DeviceView view,
      boolean revoked,
      String tokenHash,
      List<String> keyHashes,
      long eventSequence) {}

  /** One read by the primary key: what every poll costs. */
  Optional<Known> known(String id) {
    return database.read(handle -> known(handle, id, ""));
  }

  /** As {@link #known(String)}, and nobody else changes it until the transaction ends. */
  Optional<Known> locked(Handle handle, String id) {
    return known(handle, id, database.locking());
  }

  private static Optional<Known> known(Handle handle, String id, String locking) {
    return handle
        .createQuery(
            "select "
                + VIEW
                + ", revoked_at, token_hash, key_hash, previous_key_hash, event_sequence"
                + " from devices where id = :id"
                + locking)
        .bind("id", id)
        .map((row, _) ->
            new Known(
                view(row),
                row.getLong("revoked_at") != 0,
                row.getString("token_hash"),
                List.of(row.getString("key_hash"), row.getString("previous_key_hash")),
                row.getLong("event_sequence")))
        .findOne();
  }

  private static DeviceView view(ResultSet row) throws SQLException {
    return new DeviceView(
        row.getString(1),
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }

  /** A device as it decides what to run; empty when there is none. */
  public Optional<DeviceView> view(Handle handle, String id) {
    return known(handle, id, "").map(Known::view);
  }

  /** The device that a key and a claim token belong to already, while it is let in. */
  Optional<String> enrolledWith(Handle handle, String keyHash, String claim) {
    return handle
        .createQuery(
            "select id from devices where key_hash = :key and claim = :claim and revoked_at = 0")
        .bind("key", keyHash)
        .bind("claim", claim)
        .mapTo(String.class)
        .findFirst();
  }

  /** Adds a device, in the transaction of its enrolment. */
  void insert(Handle handle, NewDevice device) {
    try (PreparedBatch batch = handle.prepareBatch(INSERT)) {
      add(batch, device, time.millis());
      batch.execute();
    }
  }

  /** Adds many devices at once, such as those of another system that moves here. */
  public void insertAll(List<NewDevice> devices) {
    for (int from = 0; from < devices.size(); from += CHUNK) {
      List<NewDevice> chunk = devices.subList(from, Math.min(from + CHUNK, devices.size()));
      database.change(handle -> {
        try (PreparedBatch batch = handle.prepareBatch(INSERT)) {
          chunk.forEach(device -> add(batch, device, time.millis()));
          batch.execute();
        }
      });
    }
  }

  private static void add(PreparedBatch batch, NewDevice device, long now) {
    batch
        .bind("id", device.id())
        .bind("now", now)
        .bind("token", device.tokenHash())
        .bind("key", device.keyHash())
        .bind("claim", device.claim())
        .bind("own", LabelText.write(device.ownLabels()))
        .bind("set", LabelText.write(device.setLabels()))
        .bind("labels", LabelText.write(LabelText.merged(device.ownLabels(), device.setLabels())))
        .bind("facts", Texts.of(device.facts().toJson()))
        .bind("target", device.facts().target())
        .bind("agent", device.facts().agent())
        .add();
  }

  void replaceToken(Handle handle, String id, String tokenHash) {
    handle
        .createUpdate("update devices set token_hash = :token where id = :id")
        .bind("token", tokenHash)
        .bind("id", id)
        .execute();
  }

  /** The key before goes on to hold: the answer with the new certificate may get lost. */
  void replaceKey(Handle handle, String id, String keyHash) {
    handle
        .createUpdate(
            "update devices set previous_key_hash = key_hash, key_hash = :key"
                + " where id = :id and key_hash <> :key")
        .bind("key", keyHash)
        .bind("id", id)
        .execute();
  }

  /**
   * Keeps a text of fleet.rollout with the device, in whose polls {@link DeviceView#assignment} has
   * it.
   */
  public void assign(Handle handle, String id, String assignment) {
    handle
        .createUpdate("update devices set assignment = :assignment where id = :id")
        .bind("assignment", assignment)
        .bind("id", id)
        .execute();
  }

  private static final String ENTRY =
      "select devices.*, device_seen.at as seen_at from devices"
          + " left join device_seen on device_seen.device = devices.id ";

  /** A device as people see it; empty when there is none. */
  public Optional<DeviceEntry> find(String id) {
    return database.read(handle ->
        handle
            .createQuery(ENTRY + "where devices.id = :id")
            .bind("id", id)
            .map((row, _) -> entry(row))
            .findOne());
  }

  /**
   * Part of a list.
   *
   * @param next id after which the next page begins; empty after the last one
   */
  public record Page(List<DeviceEntry> devices, Optional<String> next) {
    public Page {
      devices = List.copyOf(devices);
    }
  }

  /**
   * Devices that {@code wanted} takes, by id.
   *
   * @param after id after which to begin; empty for the beginning
   * @param most devices of the page
   */
  public Page list(Predicate<DeviceView> wanted, String after, int most) {
    List<DeviceEntry> found = new ArrayList<>();
    String last = after;
    for (int looked = 0; looked < MOST_LOOKED_AT; looked += CHUNK) {
      List<DeviceEntry> chunk = chunk(last);
      for (DeviceEntry entry : chunk) {
        if (found.size() == most) {
          return new Page(found, Optional.of(last));
        }
        if (wanted.test(entry.view())) {
          found.add(entry);
        }
        last = entry.id();
      }
      if (chunk.size() < CHUNK) {
        return new Page(found, Optional.empty());
      }
    }
    return new Page(found, Optional.of(last));
  }

  private List<DeviceEntry> chunk(String after) {
    return database.read(handle ->
        handle
            .createQuery(ENTRY + "where devices.id > :after order by devices.id limit :most")
            .bind("after", after)
            .bind("most", CHUNK)
            .map((row, _) -> entry(row))
            .list());
  }

  private static DeviceEntry entry(ResultSet row) throws SQLException {
    return new DeviceEntry(
        new DeviceView(
            row.getString("id"),
            row.getLong("version"),
            row.getString("labels"),
            row.getString("facts"),
            row.getString("models"),
            row.getString("assignment")),
        LabelText.read(row.getString("own_labels")),
        LabelText.read(row.getString("set_labels")),
        Instant.ofEpochMilli(row.getLong("enrolled_at")),
        time(row.getLong("seen_at")),
        time(row.getLong("reported_at")),
        time(row.getLong("revoked_at")));
  }

  private static Optional<Instant> time(long millis) {
    return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /** Devices that are let in. */
  public long count() {
    return database.read(handle ->
        handle
            .createQuery("select count(*) from devices where revoked_at = 0")
            .mapTo(Long.class)
            .one());
  }

  /** Devices that polled or reported at {@code since} or later. */
  public long seenSince(Instant since) {
    return database.read(handle ->
        handle
            .createQuery("select count(*) from device_seen where at >= :since")
            .bind("since", since.toEpochMilli())
            .mapTo(Long.class)
            .one());
  }

  /** How many devices serve a release. */
  public record Serving(String model, long counter, long devices) {}

  /** What is in the field, by model and counter; kept as devices report, not counted. */
  public List<Serving> field() {
    return database.read(handle ->
        handle
            .createQuery(
                "select model, counter, devices from field where devices > 0"
                    + " order by model, counter")
            .map((row, _) -> new Serving(row.getString(1), row.getLong(2), row.getLong(3)))
            .list());
  }

  /**
   * Sets the labels that people give a device, and takes away those that are not named.
   *
   * @throws FleetException NOT_FOUND if there is no such device
   */
  public DeviceEntry setLabels(String by, String id, Map<String, String> labels) {
    Labels.check(labels);
    database.change(handle -> {
      BothLabels before = labelsOf(handle, id);
      SortedMap<String, String> merged = LabelText.merged(before.own, labels);
      handle
          .createUpdate(
              "update devices set set_labels = :set, labels = :labels, version = version + 1"
                  + " where id = :id")
          .bind("set", LabelText.write(labels))
          .bind("labels", LabelText.write(merged))
          .bind("id", id)
          .execute();
      audit.record(
          handle, by, "device.label", id, LabelText.write(before.set), LabelText.write(labels));
      versions.bump(handle, Assignments.VERSION);
    });
    return find(id).orElseThrow(() -> missing(id));
  }

  /** Labels of both kinds. */
  private record BothLabels(Map<String, String> own, Map<String, String> set) {}

  private BothLabels labelsOf(Handle handle, String id) {
    return handle
        .createQuery(
            "select own_labels, set_labels from devices where id = :id" + database.locking())
        .bind("id", id)
        .map((row, _) ->
            new BothLabels(LabelText.read(row.getString(1)), LabelText.read(row.getString(2))))
        .findOne()
        .orElseThrow(() -> missing(id));
  }

  /**
   * From now on the fleet answers the device nothing.
   *
   * @throws FleetException NOT_FOUND if there is no such device that is let in
   */
  public void revoke(String by, String id) {
    database.change(handle -> {
      Known known =
          locked(handle, id).filter(found -> !found.revoked).orElseThrow(() -> missing(id));
      handle
          .createUpdate("update devices set revoked_at = :now where id = :id")
          .bind("now", time.millis())
          .bind("id", id)
          .execute();
      Field.change(handle, known.view.models(), List.of());
      audit.record(handle, by, "device.revoke", id, "", "");
      versions.bump(handle, Assignments.VERSION);
    });
  }

  static FleetException missing(String id) {
    return FleetException.notFound("there is no device '%s' in this fleet".formatted(id));
  }

  /**
   * The device whose token this is.
   *
   * @throws FleetException UNAUTHENTICATED if it is nobody's, FORBIDDEN if it was revoked
   */
  public Caller authenticateToken(String text) {
    return DeviceToken.of(text)
        .flatMap(token ->
            known(token.device()).filter(found -> Secrets.matches(token.secret(), found.tokenHash)))
        .map(Devices::letIn)
        .orElseThrow(() ->
            new FleetException(
                FleetException.Kind.UNAUTHENTICATED,
                "this is no device's token; enrol with 'skerry agent enroll'"));
  }

  /**
   * The device whose certificate this is.
   *
   * @param certificate that the TLS layer has verified
   * @throws FleetException UNAUTHENTICATED if it is nobody's, FORBIDDEN if it was revoked
   */
  public Caller authenticateCertificate(java.security.cert.X509Certificate certificate) {
    String name = certificate.getSubjectX500Principal().getName();
    String id = name.startsWith("CN=") ? name.substring(3) : "";
    String key = PublicKeys.hash(certificate.getPublicKey());
    return known(id)
        .filter(found -> found.keyHashes.contains(key))
        .map(Devices::letIn)
        .orElseThrow(() ->
            new FleetException(
                FleetException.Kind.UNAUTHENTICATED,
                "this certificate is no device's any more; enrol with 'skerry agent enroll'"));
  }

  private static Caller letIn(Known known) {
    if (known.revoked) {
      throw new FleetException(
          FleetException.Kind.FORBIDDEN, "the device '%s' was revoked".formatted(known.view.id()));
    }
    return new Caller(known);
  }

  /** A device that proved who it is. */
  public static final class Caller {
    private final Known known;

    private Caller(Known known) {
      this.known = known;
    }

    public DeviceView view() {
      return known.view;
    }

    Known known() {
      return known;
    }
  }
}

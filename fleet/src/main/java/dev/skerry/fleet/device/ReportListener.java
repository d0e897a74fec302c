package dev.skerry.fleet.device;

import dev.skerry.wire.EventRecord;
import dev.skerry.wire.ModelStatus;
import dev.skerry.wire.QualityRecord;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Told of what devices report, once for each piece of news, in the transaction that stores it. */
public interface ReportListener {
  /**
   * What is new in a report.
   *
   * @param quality what came since the last report of the same run
   * @param events that were not stored before, oldest first
   * @param before how the device was with its models by its last report
   * @param now how it is with them
   */
  record News(
      List<QualityDelta> quality,
      List<EventRecord> events,
      List<ModelStatus> before,
      List<ModelStatus> now) {
    public News {
      quality = List.copyOf(quality);
      events = List.copyOf(events);
      before = List.copyOf(before);
      now = List.copyOf(now);
    }
  }

  /**
   * Figures of one run that came since its last report.
   *
   * @param added counts that came; its resident bytes are those of now
   * @param first whether nothing of the run was known before
   */
  record QualityDelta(QualityRecord added, boolean first) {}

  /**
   * A device reported something new.
   *
   * @param handle of the transaction; whatever throws undoes the whole report
   * @param device as it is after the report
   */
  void reported(Handle handle, DeviceView device, News news);

  /** Nobody listens. */
  static ReportListener none() {
    return (_, _, _) -> {};
  }
}

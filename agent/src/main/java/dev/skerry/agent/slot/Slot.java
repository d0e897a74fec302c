package dev.skerry.agent.slot;

import dev.skerry.bundle.Digest;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.wire.SlotRecord;

/**
 * A place for one installed release.
 *
 * @param receipt of the release, from signed metadata
 * @param variant that this device took
 * @param file digest of the variant's file
 * @param backend execution provider that it runs on
 */
public record Slot(Receipt receipt, String variant, Digest file, String backend) {
  /** On the processor. */
  public Slot(Receipt receipt, String variant, Digest file) {
    this(receipt, variant, file, Ladder.CPU);
  }

  public long counter() {
    return receipt.counter();
  }

  public Json.Obj toJson() {
    return Json.object()
        .put("model", receipt.model())
        .put("counter", receipt.counter())
        .put("floor", receipt.floor())
        .put("manifest", receipt.manifest().hex())
        .put("variant", variant)
        .put("file", file.hex())
        .put("backend", backend)
        .build();
  }

  /** Reads what {@link #toJson} wrote. */
  public static Slot of(JsonObject json) {
    Receipt receipt =
        new Receipt(
            json.text("model"),
            json.integer("counter", 0),
            json.integer("floor", 0),
            new Digest(json.text("manifest")));
    String backend = json.has("backend") ? json.text("backend") : Ladder.CPU;
    return new Slot(receipt, json.text("variant"), new Digest(json.text("file")), backend);
  }

  /** The slot as the control API shows it. */
  public SlotRecord shown(String place) {
    return new SlotRecord(
        place, receipt.model(), receipt.counter(), variant, file, receipt.manifest());
  }
}

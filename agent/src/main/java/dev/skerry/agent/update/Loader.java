package dev.skerry.agent.update;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.engine.ModelEngine;
import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.release.Variant;
import dev.skerry.bundle.release.VerifiedRelease;
import dev.skerry.graph.SkerryException;
import java.io.UncheckedIOException;

/** Makes what is in a slot runnable, if manifest and file are what was signed. */
record Loader(SlotFolder folder, ModelEngine engine) {
  /** What came of loading. */
  sealed interface Result {
    /** The caller owns the model. */
    record Ready(Running running) implements Result {}

    /** Manifest or file is damaged, or the engine cannot load it. */
    record Unusable(String why) implements Result {}
  }

  /** What came of looking at a slot's files. */
  sealed interface Checked {
    /** Manifest and file are what was signed. */
    record Intact(VerifiedRelease release, Variant variant) implements Checked {}

    /** They are not. */
    record Damaged(String why) implements Checked {}
  }

  Checked check(Slot slot) {
    try {
      VerifiedRelease release = folder.release(slot.receipt());
      Variant variant = SlotFolder.variant(release, slot);
      return folder.isIntact(slot.file())
          ? new Checked.Intact(release, variant)
          : new Checked.Damaged(
              "the file of %s, variant %s, is missing or does not have its digest %s"
                  .formatted(slot.receipt().label(), slot.variant(), slot.file().brief()));
    } catch (TrustException | BundleException | UncheckedIOException e) {
      return new Checked.Damaged(String.valueOf(e.getMessage()));
    }
  }

  Result load(Slot slot) {
    return switch (check(slot)) {
      case Checked.Damaged(String why) -> new Result.Unusable(why);
      case Checked.Intact(VerifiedRelease release, Variant variant) -> load(slot, release, variant);
    };
  }

  private Result load(Slot slot, VerifiedRelease release, Variant variant) {
    try {
      return new Result.Ready(running(slot, release, variant, open(slot)));
    } catch (SkerryException e) {
      return new Result.Unusable(String.valueOf(e.getMessage()));
    }
  }

  /** The engine on the slot's backend. */
  ModelEngine engine(Slot slot) {
    return engine.on(slot.backend());
  }

  /** The model of an intact file, on the slot's backend. */
  LoadedModel open(Slot slot) {
    return engine(slot).load(folder.file(slot.file()));
  }

  static Running running(Slot slot, VerifiedRelease release, Variant variant, LoadedModel model) {
    return new Running(slot.receipt(), release.release(), variant, model);
  }
}

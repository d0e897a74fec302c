package dev.skerry.agent.update;

import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.release.Choice;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.UntrustedRelease;
import dev.skerry.bundle.release.VerifiedRelease;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks for the newest release and decides whether it is for this device.
 *
 * @param choose the variant for this device; depends on the device and its limits alone
 */
record Poller(
    ReleaseSource source, SlotFolder folder, String model, Function<List<Ladder>, Choice> choose) {

  /** The newest release that signed metadata names. Throws as {@link ReleaseSource#newest}. */
  Optional<Receipt> newest() throws IOException {
    Optional<Receipt> newest = source.newest(model);
    if (newest.isPresent() && !newest.get().model().equals(model)) {
      throw new TrustException(
          "the repository gave a release of %s when asked for %s"
              .formatted(newest.get().model(), model));
    }
    return newest;
  }

  /**
   * What is to be done about {@code newest}, the floor in {@code life} being up to date.
   *
   * @param next wait until the repository is asked again
   */
  Step judge(Life life, Optional<Receipt> newest, Duration next) throws IOException {
    if (newest.isEmpty()) {
      return Step.waits(next, "the repository has no release of " + model, "nothing-there");
    }
    Receipt receipt = newest.get();
    long counter = receipt.counter();
    if (counter <= life.activeCounter()) {
      return Step.waits(next, "up to date");
    }
    if (life.isRefused(counter)) {
      return Step.waits(next, "release %d was refused; waits for a newer one".formatted(counter));
    }
    if (counter < life.floor()) {
      return Step.waits(
          next,
          "release %d is below the security floor %d".formatted(counter, life.floor()),
          "below-floor");
    }
    if (life.candidate().filter(slot -> slot.receipt().equals(receipt)).isPresent()
        && life.state() != State.IDLE) {
      return Step.waits(next, "is on its way");
    }
    return found(receipt);
  }

  private Step found(Receipt receipt) throws IOException {
    VerifiedRelease release;
    try {
      release = release(receipt);
    } catch (BundleException e) {
      return Step.refused(
          Event.UNFIT,
          receipt.counter(),
          Refusal.Reason.MALFORMED,
          "its manifest cannot be read: " + e.getMessage());
    }
    if (!release.release().model().equals(model)) {
      return Step.refused(
          Event.UNFIT,
          receipt.counter(),
          Refusal.Reason.MALFORMED,
          "its manifest is of the model " + release.release().model());
    }
    Choice choice = choose.apply(release.release().ladders());
    return choice
        .taken()
        .<Step>map(taken ->
            Step.happened(
                    Event.FOUND,
                    receipt.counter(),
                    "version %s, variant %s (%s)"
                        .formatted(
                            release.release().version(),
                            taken.variant().name(),
                            taken.variant().technique()))
                .with(new Slot(receipt, taken.variant().name(), taken.variant().file().digest())))
        .orElseGet(() ->
            Step.refused(
                Event.UNFIT,
                receipt.counter(),
                Refusal.Reason.UNFIT,
                String.join("; ", choice.explanation())));
  }

  /** The release, from disk when its manifest is there and intact. */
  private VerifiedRelease release(Receipt receipt) throws IOException {
    if (folder.hasManifest(receipt)) {
      try {
        return folder.release(receipt);
      } catch (TrustException damaged) {
        return fetched(receipt);
      }
    }
    return fetched(receipt);
  }

  private VerifiedRelease fetched(Receipt receipt) throws IOException {
    byte[] manifest = source.manifest(receipt);
    VerifiedRelease release = new UntrustedRelease(manifest).verify(receipt);
    folder.keepManifest(receipt, manifest);
    return release;
  }

  /** The next rung that fits, below {@code tried} in its ladder. */
  Optional<Slot> stepDown(VerifiedRelease release, Slot tried) {
    List<Ladder> rest =
        release.release().ladders().stream()
            .filter(ladder -> rung(ladder, tried) >= 0)
            .map(ladder ->
                new Ladder(
                    ladder.target(),
                    ladder.needs(),
                    ladder.variants().subList(rung(ladder, tried) + 1, ladder.variants().size())))
            .toList();
    return choose
        .apply(rest)
        .taken()
        .map(taken ->
            new Slot(tried.receipt(), taken.variant().name(), taken.variant().file().digest()));
  }

  private static int rung(Ladder ladder, Slot slot) {
    return ladder.variants().stream()
        .map(variant -> variant.name())
        .toList()
        .indexOf(slot.variant());
  }
}

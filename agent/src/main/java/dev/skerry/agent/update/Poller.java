package dev.skerry.agent.update;

import dev.skerry.agent.backend.Trials;
import dev.skerry.agent.slot.Slot;
import dev.skerry.agent.slot.SlotFolder;
import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.TrustException;
import dev.skerry.bundle.release.Ladder;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.UntrustedRelease;
import dev.skerry.bundle.release.VerifiedRelease;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks for the release that a device should run and decides whether it is for this device. */
record Poller(ReleaseSource source, SlotFolder folder, String model, Trials trials) {

  /**
   * The release that {@code goal} is about, as signed metadata names it; where the goal names none,
   * the newest. Throws as {@link ReleaseSource#newest}.
   */
  Optional<Receipt> wanted(Goal goal) throws IOException {
    Optional<Receipt> found =
        switch (goal) {
          case Goal.Newest(), Goal.Keep _ -> source.newest(model);
          case Goal.Exactly(long counter, _) -> source.find(model, counter);
        };
    if (found.isPresent() && !found.get().model().equals(model)) {
      throw new TrustException(
          "the repository gave a release of %s when asked for %s"
              .formatted(found.get().model(), model));
    }
    return found;
  }

  /**
   * What is to be done about the {@code wanted} release, the floor in {@code life} being up to
   * date.
   *
   * @param next wait until the repository is asked again
   */
  Step judge(Life life, Goal goal, Optional<Receipt> wanted, Duration next) throws IOException {
    return switch (goal) {
      case Goal.Newest() ->
          wanted.isEmpty()
              ? Step.waits(next, "the repository has no release of " + model, "nothing-there")
              : judge(life, wanted.get(), next);
      case Goal.Keep(String why) -> Step.waits(next, "keeps what it has: " + why);
      case Goal.Exactly(long counter, String why) -> {
        String obstacle = obstacle(life, counter, wanted);
        yield wanted.isEmpty() || !obstacle.isEmpty()
            ? Step.waits(next, "%s; it is wanted: %s".formatted(obstacle, why), "not-followed")
            : judge(life, wanted.get(), next);
      }
    };
  }

  private Step judge(Life life, Receipt receipt, Duration next) throws IOException {
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

  /** Why the release cannot be run though it is the goal; empty when it can. */
  private static String obstacle(Life life, long counter, Optional<Receipt> wanted) {
    if (wanted.isEmpty()) {
      return "signed metadata does not name release %d".formatted(counter);
    }
    if (counter < life.activeCounter()) {
      return "release %d is older than release %d, and is not in the fallback slot; it can be published again under a new counter"
          .formatted(counter, life.activeCounter());
    }
    return life.isRefused(counter) && counter != life.activeCounter()
        ? "release %d was refused here before".formatted(counter)
        : "";
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
    List<String> why = new ArrayList<>();
    return trials
        .next(receipt, release.release().ladders(), why)
        .<Step>map(slot ->
            Step.happened(
                    Event.FOUND,
                    receipt.counter(),
                    "version %s, variant %s (%s)"
                        .formatted(
                            release.release().version(),
                            slot.variant(),
                            SlotFolder.variant(release, slot).technique()))
                .with(slot))
        .orElseGet(() ->
            Step.refused(
                Event.UNFIT, receipt.counter(), Refusal.Reason.UNFIT, String.join("; ", why)));
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
    return trials.below(tried, rest);
  }

  private static int rung(Ladder ladder, Slot slot) {
    return ladder.variants().stream()
        .map(variant -> variant.name())
        .toList()
        .indexOf(slot.variant());
  }
}

package dev.skerry.fleet.rollout;

import dev.skerry.wire.DesiredModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What a device should run of one model: a function of the device and of the rollouts that are not
 * over, and of nothing else.
 *
 * <p>Rollouts are asked in order, and the first one that has a say decides:
 *
 * <ol>
 *   <li>those that are being rolled back, for the devices that are in them;
 *   <li>those with the higher priority, which counts while they are in progress;
 *   <li>the newer ones.
 * </ol>
 *
 * <p>A device that is in a rollout stays in it, whatever becomes of its labels. Nobody is moved to
 * an older release except by a rollback. A device that has not reported, or has reported other
 * models alone, does not join: it is not known to want this one.
 */
final class Assignment {
  /** The order in which rollouts are asked. */
  static final Comparator<Rollout> ORDER =
      Comparator.<Rollout, Boolean>comparing(rollout -> rollout.state() != State.ROLLING_BACK)
          .thenComparing(Comparator.comparingInt(Rollout::rank).reversed())
          .thenComparing(Comparator.comparingLong(Rollout::id).reversed());

  private final String device;
  private final List<Membership> memberships;
  private final Supplier<Running> running;
  private final Predicate<Rollout> selected;
  private final Releases releases;
  private final Instant now;

  /**
   * @param running what the device has of the model; asked for only when it matters
   * @param selected whether the device is meant by a rollout's selector
   */
  Assignment(
      String device,
      List<Membership> memberships,
      Supplier<Running> running,
      Predicate<Rollout> selected,
      Releases releases,
      Instant now) {
    this.device = device;
    this.memberships = memberships;
    this.running = running;
    this.selected = selected;
    this.releases = releases;
    this.now = now;
  }

  /**
   * What to do, first choice first; the last one is always possible.
   *
   * @param rollouts of the model, in {@link #ORDER}
   */
  List<Choice> choices(List<Rollout> rollouts) {
    List<Choice> choices = new ArrayList<>();
    for (Rollout rollout : rollouts) {
      Optional<Membership> membership =
          memberships.stream().filter(m -> m.rollout() == rollout.id()).findFirst();
      if (membership.isPresent()) {
        Optional<Choice.Run> said = asMember(rollout, membership.get());
        if (said.isPresent()) {
          choices.add(said.get());
          return choices;
        }
      } else if (rollout.admits(now)) {
        choices.addAll(joins(rollout));
      }
    }
    choices.add(new Choice.Run(DesiredModel.KEEP, 0, "no rollout is about this device"));
    return choices;
  }

  private Optional<Choice.Run> asMember(Rollout rollout, Membership membership) {
    if (running.get().active() > rollout.counter()) {
      return Optional.empty(); // a later rollout took it further
    }
    if (rollout.goesBack()) {
      return Optional.of(back(rollout, membership));
    }
    return switch (membership.progress()) {
      case ASSIGNED, ACTIVE ->
          Optional.of(
              new Choice.Run(
                  rollout.counter(),
                  rollout.id(),
                  "rollout %d, joined in wave %d of %d"
                      .formatted(
                          rollout.id(), membership.wave() + 1, rollout.plan().waves().size())));
      case FAILED, BACK, STRANDED -> Optional.empty();
    };
  }

  private Choice.Run back(Rollout rollout, Membership membership) {
    Running has = running.get();
    long before = membership.before();
    String why = "rollout %d is rolled back".formatted(rollout.id());
    if (before == 0) {
      return new Choice.Run(
          DesiredModel.KEEP, rollout.id(), why + "; no release ran on this device before it");
    }
    if (has.active() == before || has.fallback() == before) {
      return new Choice.Run(before, rollout.id(), why);
    }
    long like = releases.newestLike(rollout.model(), before).orElse(0);
    if (like > rollout.counter()) {
      return new Choice.Run(
          like,
          rollout.id(),
          "%s; release %d has the files of release %d".formatted(why, like, before));
    }
    return new Choice.Run(DesiredModel.KEEP, rollout.id(), why + "; " + stranded(before));
  }

  static String stranded(long before) {
    return "the fallback slot does not hold release %d, and no newer release has its files"
        .formatted(before);
  }

  /** Ways to join: waves that have begun and have room for this device, as far as is known here. */
  private List<Choice.Join> joins(Rollout rollout) {
    List<Choice.Join> joins = new ArrayList<>();
    int bucket = Size.bucket(rollout.id(), device);
    for (int wave = 0; wave <= rollout.wave(); wave++) {
      boolean room =
          switch (rollout.plan().waves().get(wave).size()) {
            case Size.Count _ -> true; // whoever claims a place finds out
            case Size.Share share -> bucket < share.millionths();
          };
      if (room && (wave < rollout.wave() || rollout.waveBegan().isAfter(Rollout.NEVER))) {
        joins.add(new Choice.Join(rollout, wave, 0));
      }
    }
    if (joins.isEmpty() || !selected.test(rollout)) {
      return List.of();
    }
    long active = running.get().active();
    // Before its first report nobody knows what it runs, and whether it has the model at all.
    if (!running.get().known() || active > rollout.counter()) {
      return List.of();
    }
    // Who has the release already would go back to what its fallback slot holds.
    long before = active == rollout.counter() ? running.get().fallback() : active;
    return joins.stream().map(join -> new Choice.Join(rollout, join.wave(), before)).toList();
  }
}

package dev.skerry.fleet.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A device's part in one rollout.
 *
 * @param wave in which it joined, from 0
 * @param before counter of the release that it ran when it joined, 0 for none
 */
public record Membership(long rollout, int wave, Progress progress, long before) {
  /** Older ones are in their table still, where a poll need not look. */
  private static final int MOST = 16;

  Membership with(Progress changed) {
    return new Membership(rollout, wave, changed, before);
  }

  /** As kept with the device: {@code ROLLOUT/WAVE/PROGRESS/BEFORE}, newest last. */
  public static List<Membership> read(String text) {
    List<Membership> found = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
      String[] fields = part.split("/", -1);
      found.add(
          new Membership(
              Long.parseLong(fields[0]),
              Integer.parseInt(fields[1]),
              Progress.of(fields[2]),
              Long.parseLong(fields[3])));
    }
    return found;
  }

  static String write(List<Membership> memberships) {
    return memberships.subList(Math.max(0, memberships.size() - MOST), memberships.size()).stream()
        .map(m -> "%d/%d/%s/%d".formatted(m.rollout(), m.wave(), m.progress().text(), m.before()))
        .collect(Collectors.joining(" "));
  }

  /** {@code memberships} with {@code changed} in the place of the one in the same rollout. */
  static List<Membership> put(List<Membership> memberships, Membership changed) {
    List<Membership> result = new ArrayList<>();
    boolean found = false;
    for (Membership membership : memberships) {
      boolean same = membership.rollout() == changed.rollout();
      result.add(same ? changed : membership);
      found |= same;
    }
    if (!found) {
      result.add(changed);
    }
    return result;
  }
}

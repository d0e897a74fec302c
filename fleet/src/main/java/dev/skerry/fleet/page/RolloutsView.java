package dev.skerry.fleet.page;

import java.util.List;

/**
 * All rollouts.
 *
 * @param open those that are not over, in the order in which a device joins them
 * @param closed those that are over, newest first
 */
record RolloutsView(List<RolloutRow> open, List<RolloutRow> closed) {}

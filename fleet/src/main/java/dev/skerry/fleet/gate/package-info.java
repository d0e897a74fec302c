/**
 * Gates: conditions on measured quality that a rollout must pass, and the statistics that decide
 * them. Pure.
 */
@NullMarked
package dev.skerry.fleet.gate;

import org.jspecify.annotations.NullMarked;

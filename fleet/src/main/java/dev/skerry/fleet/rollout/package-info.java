/** Rollouts: which device is to run which release, when, and what decides that it goes on. */
@NullMarked
package dev.skerry.fleet.rollout;

import org.jspecify.annotations.NullMarked;

/** The control plane: which device runs which release, and how far a rollout may go. */
@NullMarked
package dev.skerry.fleet;

import org.jspecify.annotations.NullMarked;

/** Slots: where installed releases lie on the device's disk. */
@NullMarked
package dev.skerry.agent.slot;

import org.jspecify.annotations.NullMarked;

/** How a device belongs to a fleet: who it is, what it is told to run, what it reports. */
@NullMarked
package dev.skerry.agent.fleet;

import org.jspecify.annotations.NullMarked;

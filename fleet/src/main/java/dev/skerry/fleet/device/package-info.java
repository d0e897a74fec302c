/** Devices: how they enrol, who they are, what they say of themselves, what they should run. */
@NullMarked
package dev.skerry.fleet.device;

import org.jspecify.annotations.NullMarked;

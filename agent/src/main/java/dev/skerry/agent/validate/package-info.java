/**
 * What a candidate has to show on the device before it serves: right answers, in time, in memory.
 */
@NullMarked
package dev.skerry.agent.validate;

import org.jspecify.annotations.NullMarked;

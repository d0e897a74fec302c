/** One scheduler for all models of a device: which request runs when, and which has to give way. */
@NullMarked
package dev.skerry.agent.schedule;

import org.jspecify.annotations.NullMarked;

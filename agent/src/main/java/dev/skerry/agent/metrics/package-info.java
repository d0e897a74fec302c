/** The agent's figures for monitoring, in Prometheus' text format. */
@NullMarked
package dev.skerry.agent.metrics;

import org.jspecify.annotations.NullMarked;

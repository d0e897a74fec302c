/** What the agent tells and takes over HTTP beside inference: status, events, orders. */
@NullMarked
package dev.skerry.agent.control;

import org.jspecify.annotations.NullMarked;

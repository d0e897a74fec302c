/** Sequences of requests between which a device keeps a model's state. */
@NullMarked
package dev.skerry.agent.sequence;

import org.jspecify.annotations.NullMarked;

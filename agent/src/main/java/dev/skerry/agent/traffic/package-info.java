/** The live requests of a model, as those see them who update it. */
@NullMarked
package dev.skerry.agent.traffic;

import org.jspecify.annotations.NullMarked;

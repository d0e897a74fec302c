/** The engine as a port: makes model files runnable. */
@NullMarked
package dev.skerry.agent.engine;

import org.jspecify.annotations.NullMarked;

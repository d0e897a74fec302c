/** The device around the models as ports: power, network, meters, waiting. */
@NullMarked
package dev.skerry.agent.device;

import org.jspecify.annotations.NullMarked;

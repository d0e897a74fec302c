/**
 * Inference for callers on the device: the Open Inference Protocol version 2 over HTTP, and the
 * same in process.
 */
@NullMarked
package dev.skerry.agent.serve;

import org.jspecify.annotations.NullMarked;

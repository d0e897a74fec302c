/** The Open Inference Protocol over gRPC. */
@NullMarked
package dev.skerry.agent.grpc;

import org.jspecify.annotations.NullMarked;

package dev.skerry.agent.grpc;

import dev.skerry.agent.serve.HttpProblem;

/** How a call ended (gRPC, "Status codes and their use in gRPC"). */
enum GrpcCode {
  OK(0),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  RESOURCE_EXHAUSTED(8),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14);

  private final int number;

  GrpcCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /** What a refusal of REST is called here. */
  static GrpcCode of(int httpStatus) {
    return switch (httpStatus) {
      case HttpProblem.BAD_REQUEST -> INVALID_ARGUMENT;
      case HttpProblem.NOT_FOUND -> NOT_FOUND;
      case HttpProblem.TIMEOUT -> DEADLINE_EXCEEDED;
      case HttpProblem.TOO_LARGE -> RESOURCE_EXHAUSTED;
      case HttpProblem.UNSUPPORTED_TYPE -> UNIMPLEMENTED;
      case HttpProblem.UNAVAILABLE -> UNAVAILABLE;
      default -> INTERNAL;
    };
  }
}

package dev.skerry.agent.grpc;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** grpc-java as a caller would use it, with messages in text. */
final class GrpcCaller implements AutoCloseable {
  private static final ProtoFile PROTO = ProtoFile.published();

  private final ManagedChannel channel;

  GrpcCaller(int port) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  private enum Raw implements MethodDescriptor.Marshaller<byte[]> {
    INSTANCE;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Calls {@code method}; both messages in protobuf's text format. */
  String call(String method, String request) {
    byte[] answer = call(method, PROTO.encode(method + "Request", request), CallOptions.DEFAULT);
    return PROTO.decode(method + "Response", answer);
  }

  byte[] call(String method, byte[] request, CallOptions options) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("inference.GRPCInferenceService/" + method)
            .setRequestMarshaller(Raw.INSTANCE)
            .setResponseMarshaller(Raw.INSTANCE)
            .build();
    return ClientCalls.blockingUnaryCall(
        channel, descriptor, options.withDeadlineAfter(20, TimeUnit.SECONDS), request);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}

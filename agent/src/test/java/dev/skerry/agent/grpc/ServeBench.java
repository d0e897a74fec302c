package dev.skerry.agent.grpc;

import io.grpc.CallOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks a server for inferences of ResNet-8 in a closed loop and prints how long answers took, what
 * they cost the server, and how many answers to others came meanwhile: with a fair server about as
 * many as there are other callers, however busy the machine is. Used by {@code bench/serve}.
 */
final class ServeBench {
  private static final long SECOND = 1_000_000_000L;
  private static final int FLOATS = 32 * 32 * 3;

  /** Ticks of the system's clock a second, in which /proc counts. */
  private static final double TICKS = 100;

  /** To all callers. */
  private static final AtomicLong ANSWERS = new AtomicLong();

  /**
   * An answer.
   *
   * @param others answers that came to other callers since it was asked for
   */
  private record Answer(long nanos, long others) {}

  private ServeBench() {}

  private interface Client extends AutoCloseable {
    void ask() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Takes {@code rest|peer|grpc}, port, the server's process, callers and seconds. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    int callers = Integer.parseInt(arguments[3]);
    long seconds = Long.parseLong(arguments[4]);
    load(arguments[0], port, callers, 2);
    double before = cpuSeconds(arguments[2]);
    List<Answer> answers = load(arguments[0], port, callers, seconds);
    double cpu = cpuSeconds(arguments[2]) - before;
    long[] times = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
    long[] others = answers.stream().mapToLong(Answer::others).sorted().toArray();
    System.out.printf(
        "%s, %d at a time: p50 %.0f us, p99 %.0f us, %.0f requests/s, %.0f us of CPU a request;"
            + " others meanwhile p50 %d, p99 %d, most %d%n",
        arguments[0],
        callers,
        times[times.length / 2] / 1e3,
        times[(int) (times.length * 0.99)] / 1e3,
        (double) times.length / seconds,
        cpu * 1e6 / times.length,
        others[times.length / 2],
        others[(int) (times.length * 0.99)],
        others[times.length - 1]);
    System.exit(0); // grpc-java's threads need not end first
  }

  private static double cpuSeconds(String process) throws IOException {
    String[] fields = Files.readString(Path.of("/proc", process, "stat")).split(" ");
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS;
  }

  private static List<Answer> load(String kind, int port, int callers, long seconds) {
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<CompletableFuture<List<Answer>>> loads = new ArrayList<>();
      long end = System.nanoTime() + seconds * SECOND;
      for (int i = 0; i < callers; i++) {
        loads.add(CompletableFuture.supplyAsync(() -> call(kind, port, end), threads));
      }
      return loads.stream().flatMap(load -> load.join().stream()).toList();
    }
  }

  private static List<Answer> call(String kind, int port, long end) {
    List<Answer> answers = new ArrayList<>();
    try (Client client = client(kind, port)) {
      while (System.nanoTime() < end) {
        long before = ANSWERS.get();
        long start = System.nanoTime();
        client.ask();
        long nanos = System.nanoTime() - start;
        answers.add(new Answer(nanos, ANSWERS.getAndIncrement() - before));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return answers;
  }

  private static byte[] pixels() {
    ByteBuffer pixels = ByteBuffer.allocate(FLOATS * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < FLOATS; i++) {
      pixels.putFloat(i % 256);
    }
    return pixels.array();
  }

  private static Client client(String kind, int port) throws IOException {
    return switch (kind) {
      case "rest" -> {
        String json =
            "{\"inputs\":[{\"name\":\"image\",\"datatype\":\"FP32\",\"shape\":[1,32,32,3],"
                + "\"parameters\":{\"binary_data_size\":%d}}],".formatted(FLOATS * 4)
                + "\"parameters\":{\"binary_data_output\":true}}";
        yield http(
            port,
            "/v2/models/m/infer",
            "Inference-Header-Content-Length: " + json.length() + "\r\n",
            json);
      }
      case "peer" -> http(port, "/infer", "", "");
      case "grpc" -> grpc(port);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static Client http(int port, String path, String header, String json) throws IOException {
    byte[] pixels = pixels();
    byte[] head =
        "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(path, header, json.length() + pixels.length, json)
            .getBytes(StandardCharsets.US_ASCII);
    byte[] message = Arrays.copyOf(head, head.length + pixels.length);
    System.arraycopy(pixels, 0, message, head.length, pixels.length);
    Socket socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    return new Client() {
      private final byte[] block = new byte[1 << 13];

      @Override
      public void ask() throws IOException {
        socket.getOutputStream().write(message);
        InputStream in = socket.getInputStream();
        int size = 0;
        int end = -1;
        while (end < 0 || size < end) {
          int count = in.read(block, size, block.length - size);
          if (count < 0) {
            throw new IOException("the connection was closed");
          }
          size += count;
          end = end < 0 ? end(new String(block, 0, size, StandardCharsets.ISO_8859_1)) : end;
        }
      }

      /** Where the answer ends; -1 while its head is not there. */
      private int end(String text) throws IOException {
        int body = text.indexOf("\r\n\r\n") + 4;
        if (body < 4) {
          return -1;
        }
        if (!text.startsWith("HTTP/1.1 200")) {
          throw new IOException(text);
        }
        String lower = text.toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:") + "content-length:".length();
        return body + Integer.parseInt(lower.substring(at, lower.indexOf("\r\n", at)).strip());
      }

      @Override
      public void close() throws IOException {
        socket.close();
      }
    };
  }

  private static Client grpc(int port) {
    ProtoWriter request = new ProtoWriter();
    request
        .text(1, "m")
        .message(5, input -> input.text(1, "image").text(2, "FP32").integers(3, 1, 32, 32, 3))
        .bytes(7, pixels());
    byte[] frame = request.frame();
    byte[] message = Arrays.copyOfRange(frame, ProtoWriter.FRAME_HEAD_BYTES, frame.length);
    GrpcCaller caller = new GrpcCaller(port);
    return new Client() {
      @Override
      public void ask() {
        caller.call("ModelInfer", message, CallOptions.DEFAULT);
      }

      @Override
      public void close() {
        caller.close();
      }
    };
  }
}

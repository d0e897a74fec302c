import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends one inference request again and again at a fixed rate and says how long answers took.
 *
 * <p>{@code java bench/Load.java PORT MODEL BODY JSON_BYTES RATE THREADS}: BODY is a file with JSON, or
 * with JSON_BYTES bytes of JSON (0 for all) and binary data. Each line on standard input ends a phase and
 * names it; the figures of the phase are printed. Times count from when a request was due, so that a
 * stall is not hidden by requests that were not sent meanwhile. Failed are answers other than 200 and
 * broken connections.
 */
public final class Load {
  private static final ConcurrentLinkedQueue<Long> TIMES = new ConcurrentLinkedQueue<>();
  private static final AtomicLong FAILED = new AtomicLong();
  private static volatile boolean ended;

  public static void main(String[] arguments) throws IOException, InterruptedException {
    int port = Integer.parseInt(arguments[0]);
    byte[] message = message(arguments);
    double rate = Double.parseDouble(arguments[4]);
    int threads = Integer.parseInt(arguments[5]);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      long offset = (long) (i * 1e9 / rate);
      long interval = (long) (threads * 1e9 / rate);
      callers.add(Thread.ofPlatform().start(() -> call(port, message, offset, interval)));
    }
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String name = lines.readLine(); name != null; name = lines.readLine()) {
      report(name);
    }
    ended = true;
    for (Thread caller : callers) {
      caller.join();
    }
  }

  private static byte[] message(String[] arguments) throws IOException {
    byte[] body = Files.readAllBytes(Path.of(arguments[2]));
    String json = arguments[3].equals("0") ? "" : "Inference-Header-Content-Length: " + arguments[3] + "\r\n";
    String head =
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: localhost\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(arguments[1], json, body.length);
    byte[] message = Arrays.copyOf(head.getBytes(), head.length() + body.length);
    System.arraycopy(body, 0, message, head.length(), body.length);
    return message;
  }

  private static void call(int port, byte[] message, long offset, long interval) {
    long due = System.nanoTime() + offset;
    Socket socket = null;
    while (!ended) {
      LockSupport.parkNanos(due - System.nanoTime());
      if (System.nanoTime() < due) {
        continue;
      }
      try {
        if (socket == null) {
          socket = new Socket("127.0.0.1", port);
          socket.setTcpNoDelay(true);
          socket.setSoTimeout(10_000);
        }
        socket.getOutputStream().write(message);
        if (answer(socket.getInputStream()) != 200) {
          FAILED.incrementAndGet();
        }
      } catch (IOException e) {
        FAILED.incrementAndGet();
        socket = null;
      }
      TIMES.add(System.nanoTime() - due);
      due += interval;
    }
  }

  /** Reads one answer and gives its status. */
  private static int answer(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      head.append((char) c);
    }
    String text = head.toString().toLowerCase();
    int at = text.indexOf("content-length:") + "content-length:".length();
    in.readNBytes(Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)).strip()));
    return Integer.parseInt(text.split(" ")[1]);
  }

  private static void report(String name) {
    List<Long> phase = new ArrayList<>();
    for (Long time = TIMES.poll(); time != null; time = TIMES.poll()) {
      phase.add(time);
    }
    long[] sorted = phase.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length == 0) {
      System.out.println(name + ": no request");
      return;
    }
    System.out.printf(
        "%s: %,d requests, %d failed, p50 %.0f us, p99 %.0f us, p99.9 %.0f us, largest %.1f ms%n",
        name,
        sorted.length,
        FAILED.getAndSet(0),
        sorted[sorted.length / 2] / 1e3,
        sorted[(int) (sorted.length * 0.99)] / 1e3,
        sorted[(int) (sorted.length * 0.999)] / 1e3,
        sorted[sorted.length - 1] / 1e6);
    System.out.flush();
  }
}

package dev.skerry.agent.serve;

import dev.skerry.agent.engine.Datatype;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks the models that serve what callers will ask, so that the first of these waits no longer than
 * later ones: the first run of a model plans its memory, and code that has not run yet is slow.
 *
 * <p>The requests go over loopback to a server of its own with traffic of its own, so that they are
 * neither counted nor shadowed. Inputs are zeros, and a grey picture or a silent sound where the
 * model takes such.
 */
public final class WarmUp {
  private static final Logger LOGGER = Logger.getLogger(WarmUp.class.getName());

  /** Requests of each form; by then what runs for each of them is compiled. */
  static final int ROUNDS = 50;

  private static final Duration LONGEST = Duration.ofMillis(500);

  /** The first picture on a busy device takes more than all other requests. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

  /** More numbers than this are not sent as text. */
  private static final int MOST_TEXT_NUMBERS = 4096;

  /** Models with larger inputs are not asked; what their requests take is in the run. */
  private static final long MOST_BYTES = 4 << 20;

  private WarmUp() {}

  /**
   * Returns when every model of {@code running} was asked so often, or after half a second if each
   * was asked once.
   *
   * @param running which the caller keeps open meanwhile
   * @return requests that were answered; whatever goes wrong, callers will see it for themselves
   */
  public static int of(List<Running> running, ServeLimits limits, Ticker ticker) {
    SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
    List<byte[]> messages = new ArrayList<>();
    for (Running each : running) {
      message(each, true).ifPresent(messages::add);
      message(each, false).ifPresent(messages::add);
      WarmUpMedia.of(each)
          .map(media -> post(each, "Content-Type: " + media.type(), media.body()))
          .ifPresent(messages::add);
      LiveTraffic own = new LiveTraffic(ticker, 1);
      own.activate(each);
      traffic.put(each.receipt().model(), own);
    }
    if (messages.isEmpty()) {
      return 0;
    }
    Models models = new Models(traffic, limits);
    try (InferenceServer server =
        InferenceServer.start("127.0.0.1", 0, models, limits, ticker, "warm-up")) {
      return ask(server.port(), messages, ticker);
    } catch (IOException | SkerryException e) {
      LOGGER.log(Level.FINE, "not everything was warmed up", e);
      return 0;
    }
  }

  private static int ask(int port, List<byte[]> messages, Ticker ticker) throws IOException {
    long end = ticker.nanos() + LONGEST.toNanos();
    int answered = 0;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(Math.toIntExact(LONGEST_ANSWER.toMillis()));
      for (int i = 0; i < ROUNDS; i++) {
        for (byte[] message : messages) {
          if (i > 0 && ticker.nanos() > end) {
            return answered;
          }
          socket.getOutputStream().write(message);
          answered += isAnswered(socket.getInputStream()) ? 1 : 0;
        }
      }
    }
    return answered;
  }

  /** One request as its caller would send it; empty when it cannot be made. */
  private static Optional<byte[]> message(Running running, boolean binary) {
    List<Json.Obj> inputs = new ArrayList<>();
    long tail = 0;
    for (TensorSpec spec : running.release().inputs()) {
      long bytes = bytes(spec);
      long numbers = Tensor.elementCount(dims(spec));
      if (bytes == 0 || bytes > MOST_BYTES || !binary && numbers > MOST_TEXT_NUMBERS) {
        return Optional.empty();
      }
      if (!spec.isConstant()) {
        inputs.add(binary ? binary(spec, bytes) : text(spec, numbers));
        tail += binary ? bytes : 0;
      }
    }
    byte[] json =
        JsonWriter.compact(
            Json.object()
                .put("inputs", inputs)
                .put("parameters", Json.object().put("binary_data_output", binary).build())
                .build());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(json);
    body.writeBytes(new byte[(int) tail]);
    String lengths = InferenceProtocol.JSON_LENGTH + ": " + json.length;
    return Optional.of(post(running, lengths, body.toByteArray()));
  }

  private static byte[] post(Running running, String header, byte[] body) {
    String head =
        "POST /v2/models/%s/infer HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: %d\r\n\r\n"
            .formatted(running.receipt().model(), header, body.length);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    message.writeBytes(body);
    return message.toByteArray();
  }

  private static long[] dims(TensorSpec spec) {
    return spec.shape().stream().mapToLong(size -> Math.max(1, size)).toArray();
  }

  /** Of all elements; 0 for texts. */
  private static long bytes(TensorSpec spec) {
    int each = Datatype.named(spec.datatype()).map(Datatype::bytes).orElse(0);
    return each * Tensor.elementCount(dims(spec));
  }

  private static Json.ObjectBuilder input(TensorSpec spec) {
    return Json.object()
        .put("name", spec.name())
        .put("datatype", spec.datatype())
        .put("shape", Arrays.stream(dims(spec)).mapToObj(Json::of).toList());
  }

  private static Json.Obj binary(TensorSpec spec, long bytes) {
    return input(spec)
        .put("parameters", Json.object().put("binary_data_size", bytes).build())
        .build();
  }

  private static Json.Obj text(TensorSpec spec, long numbers) {
    Json zero = spec.datatype().equals("BOOL") ? Json.of(false) : Json.of(0);
    return input(spec).put("data", Collections.nCopies((int) numbers, zero)).build();
  }

  /** Reads one answer. */
  private static boolean isAnswered(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      head.append((char) c);
    }
    String text = head.toString();
    int at = text.toLowerCase(Locale.ROOT).indexOf("content-length:");
    String length = text.substring(at + "content-length:".length(), text.indexOf("\r\n", at));
    in.skipNBytes(Integer.parseInt(length.strip()));
    return text.startsWith("HTTP/1.1 200");
  }
}

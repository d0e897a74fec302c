package dev.skerry.agent.grpc;

import dev.skerry.agent.serve.BinaryTensor;
import dev.skerry.agent.serve.BodyAlarm;
import dev.skerry.agent.serve.DescribedInput;
import dev.skerry.agent.serve.HttpProblem;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.RequestBody;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.serve.Signature;
import dev.skerry.agent.serve.TensorBudget;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/**
 * The Open Inference Protocol over gRPC: the service {@code inference.GRPCInferenceService}.
 *
 * <p>1. gRPC is HTTP/2 with a frame of five bytes around each message and the outcome in trailers
 * (gRPC over HTTP2), so it is routed like any other request.
 *
 * <p>2. Messages are written and read by hand: the tensors of a request go straight from the
 * message into native memory, and no library comes with it.
 */
final class GrpcProtocol {
  private static final String SERVICE = "/inference.GRPCInferenceService/";

  private static final HeaderName TIMEOUT = HeaderNames.create("grpc-timeout");
  private static final Pattern TIMEOUT_FORM = Pattern.compile("[0-9]{1,8}[HMSmun]");

  /** Whoever waits for longer waits for ever. */
  private static final Duration LONGEST_TIMEOUT = Duration.ofHours(1);

  /** Of requests that carry no tensors. */
  private static final int SMALL_BYTES = 1 << 16;

  private final Models models;
  private final ServeLimits limits;
  private final Ticker ticker;
  private final String version;

  /**
   * @param version of the server, for its metadata
   */
  GrpcProtocol(Models models, ServeLimits limits, Ticker ticker, String version) {
    this.models = models;
    this.limits = limits;
    this.ticker = ticker;
    this.version = version;
  }

  /** Adds the routes. */
  void addTo(HttpRouting.Builder routing) {
    routing.post(SERVICE + "{method}", this::handle);
  }

  private void handle(ServerRequest request, ServerResponse response) {
    try (TensorBudget.Share budget = models.tensors().share()) {
      send(response, GrpcCode.OK, "", answer(request, budget));
    } catch (HttpProblem e) {
      send(response, GrpcCode.of(e.status()), String.valueOf(e.getMessage()), new byte[0]);
      if (e.status() == HttpProblem.TIMEOUT) {
        // Helidon 4.5 would wait for the rest of the body; interrupted, it takes it for ended.
        Thread.currentThread().interrupt();
      }
    } catch (SkerryException e) {
      send(
          response,
          GrpcCode.of(HttpProblem.statusOf(e)),
          String.valueOf(e.getMessage()),
          new byte[0]);
    }
  }

  private static void send(ServerResponse response, GrpcCode code, String why, byte[] frame) {
    response.header(HeaderValues.create(HeaderNames.CONTENT_TYPE, "application/grpc"));
    response.header(HeaderValues.create(HeaderNames.TRAILER, "grpc-status, grpc-message"));
    response.trailers().set(HeaderValues.create("grpc-status", Integer.toString(code.number())));
    if (!why.isEmpty()) {
      response.trailers().set(HeaderValues.create("grpc-message", escaped(why)));
    }
    response.send(frame);
  }

  /** As the protocol wants it: bytes other than printable ASCII, and '%', as %XX. */
  private static String escaped(String why) {
    return URLEncoder.encode(why, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private byte[] answer(ServerRequest request, TensorBudget.Share budget) {
    String method = request.path().pathParameters().get("method");
    return switch (method) {
      case "ServerLive" -> new ProtoWriter().bool(1, true).frame();
      case "ServerReady" -> new ProtoWriter().bool(1, models.areReady()).frame();
      case "ServerMetadata" -> serverMetadata();
      case "ModelReady" -> modelReady(named(request, budget));
      case "ModelMetadata" -> metadata(named(request, budget));
      case "ModelInfer" ->
          infer(message(request, limits.bodyBytes(), budget), timeout(request), budget);
      default ->
          throw new HttpProblem(
              HttpProblem.UNSUPPORTED_TYPE,
              "there is no method '%s'; there are ServerLive, ServerReady, ServerMetadata,"
                      .formatted(method)
                  + " ModelReady, ModelMetadata and ModelInfer");
    };
  }

  private byte[] serverMetadata() {
    ProtoWriter out = new ProtoWriter().text(1, "skerry").text(2, version);
    Models.EXTENSIONS.forEach(extension -> out.text(3, extension));
    return out.frame();
  }

  /** What a request for one model asks of. */
  private record Named(String model, Optional<String> version) {}

  private Named named(ServerRequest request, TensorBudget.Share budget) {
    ProtoReader in = new ProtoReader(message(request, SMALL_BYTES, budget));
    String model = "";
    String wanted = "";
    while (in.next()) {
      switch (in.field()) {
        case 1 -> model = in.text();
        case 2 -> wanted = in.text();
        default -> {} // fields of later versions
      }
    }
    return new Named(model, given(wanted));
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private byte[] modelReady(Named named) {
    boolean ready = models.active(named.model()).isPresent();
    if (ready) {
      models.require(named.model(), named.version());
    }
    return new ProtoWriter().bool(1, ready).frame();
  }

  private byte[] metadata(Named named) {
    Running running = models.require(named.model(), named.version());
    ProtoWriter out = new ProtoWriter();
    out.text(1, named.model()).text(2, Models.version(running)).text(3, Models.PLATFORM);
    running.release().inputs().forEach(spec -> out.message(4, inner -> tensor(spec, inner)));
    running.release().outputs().forEach(spec -> out.message(5, inner -> tensor(spec, inner)));
    return out.frame();
  }

  private static void tensor(TensorSpec spec, ProtoWriter out) {
    out.text(1, spec.name()).text(2, spec.datatype());
    out.integers(3, spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /** Until when the caller waits, from now on. */
  private static Optional<Duration> timeout(ServerRequest request) {
    return request
        .headers()
        .first(TIMEOUT)
        .filter(text -> TIMEOUT_FORM.matcher(text).matches())
        .map(text -> {
          long count = Long.parseLong(text.substring(0, text.length() - 1));
          return switch (text.charAt(text.length() - 1)) {
            case 'H' -> Duration.ofHours(count);
            case 'M' -> Duration.ofMinutes(count);
            case 'S' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMillis(count);
            case 'u' -> Duration.of(count, ChronoUnit.MICROS);
            default -> Duration.ofNanos(count);
          };
        })
        .filter(time -> time.compareTo(LONGEST_TIMEOUT) < 0);
  }

  private byte[] infer(byte[] bytes, Optional<Duration> timeout, TensorBudget.Share budget) {
    long start = ticker.nanos();
    InferMessage message = InferMessage.read(bytes);
    return models.counted(
        message.model(), () -> infer(message, bytes.length, timeout, budget, start));
  }

  private byte[] infer(
      InferMessage message,
      int bytes,
      Optional<Duration> timeout,
      TensorBudget.Share budget,
      long start) {
    Optional<String> wanted = given(message.version());
    Signature signature = Models.signature(models.require(message.model(), wanted));
    Meter meter = models.meter(message.model());
    message.outputs().forEach(signature::output);
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> inputs = inputs(message, signature, bytes, arena, budget);
      signature.requireGiven(inputs);
      meter.add(Meter.Part.PREPROCESS, ticker.nanos() - start);
      Models.Answer answer = models.infer(message.model(), wanted, inputs, timeout, message.step());
      long ran = ticker.nanos();
      byte[] frame =
          InferAnswer.frame(
              answer,
              message.id(),
              message.outputs().isEmpty()
                  ? answer.usual(message.step().isPresent())
                  : message.outputs(),
              !message.raw().isEmpty());
      meter.add(Meter.Part.POSTPROCESS, ticker.nanos() - ran);
      return frame;
    }
  }

  private static SequencedMap<String, Tensor> inputs(
      InferMessage message,
      Signature signature,
      int bytes,
      Arena arena,
      TensorBudget.Share budget) {
    List<InferMessage.Slice> raw = message.raw();
    if (!raw.isEmpty() && raw.size() != message.inputs().size()) {
      throw HttpProblem.badRequest(
          "there are %d raw_input_contents for %d inputs; one for each was expected"
              .formatted(raw.size(), message.inputs().size()));
    }
    SequencedMap<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < message.inputs().size(); i++) {
      InferMessage.Input input = message.inputs().get(i);
      DescribedInput described =
          DescribedInput.of(
              signature, input.name(), input.datatype(), input.shape(), bytes, budget);
      if (raw.isEmpty() == input.contents().isEmpty()) {
        throw HttpProblem.badRequest(
            raw.isEmpty()
                ? "input '%s' has neither contents nor raw_input_contents".formatted(input.name())
                : "input '%s' has both contents and raw_input_contents".formatted(input.name()));
      }
      Tensor tensor =
          raw.isEmpty()
              ? TypedContents.read(input.contents(), described, arena, budget)
              : BinaryTensor.read(
                  raw.get(i).stream(), described, raw.get(i).length(), arena, budget);
      if (inputs.put(input.name(), tensor) != null) {
        throw HttpProblem.badRequest("input '%s' is given twice".formatted(input.name()));
      }
    }
    return inputs;
  }

  /** The one message of the request. */
  private byte[] message(ServerRequest request, long most, TensorBudget.Share budget) {
    try (BodyAlarm alarm = BodyAlarm.after(limits.bodyTime())) {
      byte[] message = message(request.content().inputStream(), most, budget, alarm);
      if (alarm.rang()) {
        throw RequestBody.tooSlow(limits.bodyTime());
      }
      return message;
    } catch (IOException e) {
      throw new CloseConnectionException("the rest of a request did not come", e);
    }
  }

  private static byte[] message(
      InputStream body, long most, TensorBudget.Share budget, BodyAlarm alarm) throws IOException {
    byte[] head = body.readNBytes(ProtoWriter.FRAME_HEAD_BYTES);
    if (alarm.rang()) {
      return head;
    }
    if (head.length < ProtoWriter.FRAME_HEAD_BYTES) {
      throw HttpProblem.badRequest("the request has no message");
    }
    if (head[0] != 0) {
      throw new HttpProblem(
          HttpProblem.UNSUPPORTED_TYPE, "the message is compressed, which is not supported");
    }
    long length = ByteBuffer.wrap(head).getInt(1) & 0xFFFF_FFFFL;
    if (length > most) {
      throw new HttpProblem(
          HttpProblem.TOO_LARGE,
          "the message has %,d bytes, more than the limit of %,d".formatted(length, most));
    }
    budget.take(length);
    byte[] message = body.readNBytes((int) length);
    if (!alarm.rang() && (message.length < length || body.read() >= 0)) {
      throw HttpProblem.badRequest("the request is not one message of %,d bytes".formatted(length));
    }
    return message;
  }
}

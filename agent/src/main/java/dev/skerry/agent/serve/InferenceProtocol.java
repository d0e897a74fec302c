package dev.skerry.agent.serve;

import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Open Inference Protocol, version 2, REST, and of Triton's extensions the binary tensor data:
 * what each address answers, whatever carries the bytes.
 */
final class InferenceProtocol {
  /** How many bytes of a mixed body are JSON. */
  static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private static final Pattern TIMEOUT = Pattern.compile("(?:^|&)timeout=([^&]*)");

  private static final int OK = 200;

  /** A body that still comes, too slowly, is answered; one that does not is only given up. */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Types of bodies that are read; curl sends the last one unless it is told otherwise. */
  private static final Set<String> TYPES =
      Set.of("application/json", "application/octet-stream", "application/x-www-form-urlencoded");

  /**
   * A request as it came.
   *
   * @param path decoded, without query
   * @param contentType without parameters; empty when there is none
   * @param chunked whether the body comes in chunks, so that its length is not known
   * @param query as it came, empty when there is none
   */
  record Call(
      String method,
      String path,
      Optional<String> contentType,
      OptionalLong contentLength,
      boolean chunked,
      Optional<String> jsonLength,
      String query,
      InputStream body) {}

  private final Models models;
  private final ServeLimits limits;
  private final Ticker ticker;
  private final String version;

  /**
   * @param version of the server, for its metadata
   */
  InferenceProtocol(Models models, ServeLimits limits, Ticker ticker, String version) {
    this.models = models;
    this.limits = limits;
    this.ticker = ticker;
    this.version = version;
  }

  /** The answer to {@code call}; never fails because of what it holds. */
  Reply answer(Call call) {
    try {
      return route(call);
    } catch (HttpProblem e) {
      return Reply.error(e.status(), message(e));
    } catch (SkerryException e) {
      return Reply.error(HttpProblem.statusOf(e), message(e));
    }
  }

  private static String message(RuntimeException e) {
    return String.valueOf(e.getMessage());
  }

  private Reply route(Call call) {
    List<String> path = List.of(call.path().replaceAll("^/+|/+$", "").split("/", -1));
    if (!path.getFirst().equals("v2")) {
      throw unknown(call);
    }
    return switch (path.size()) {
      case 1 -> get(call, this::server);
      case 3 ->
          switch (path.get(1) + "/" + path.get(2)) {
            case "health/live" -> get(call, InferenceProtocol::live);
            case "health/ready" -> get(call, this::ready);
            default -> model(call, path);
          };
      default -> model(call, path);
    };
  }

  /** {@code v2/models/{m}[/versions/{v}][/ready|/infer]}. */
  private Reply model(Call call, List<String> path) {
    int size = path.size();
    if (size < 3 || !path.get(1).equals("models")) {
      throw unknown(call);
    }
    String name = path.get(2);
    boolean versioned = size > 4 && path.get(3).equals("versions");
    Optional<String> wanted = versioned ? Optional.of(path.get(4)) : Optional.empty();
    int rest = versioned ? 5 : 3;
    if (size == rest) {
      return get(call, () -> metadata(name, wanted));
    }
    if (size != rest + 1) {
      throw unknown(call);
    }
    return switch (path.get(rest)) {
      case "ready" -> get(call, () -> modelReady(name, wanted));
      case "infer" -> {
        requireMethod(call, "POST");
        yield models.counted(name, () -> infer(call, name, wanted));
      }
      case "stream" -> {
        requireMethod(call, "POST");
        yield models.counted(name, () -> stream(call, name, wanted));
      }
      default -> throw unknown(call);
    };
  }

  private Reply stream(Call call, String name, Optional<String> wanted) {
    if (call.contentLength().isEmpty() && !call.chunked()) {
      throw new HttpProblem(
          HttpProblem.LENGTH_REQUIRED,
          "the request has no body of known length; send Content-Length, or chunks");
    }
    return Reply.events(
        SoundStream.of(
            models,
            name,
            wanted,
            call.contentType().orElse("nothing"),
            call.body(),
            timeout(call.query()),
            limits.bodyTime(),
            ticker));
  }

  /** The time that {@code query} gives, in microseconds; empty for 0 or none. */
  private static Optional<Duration> timeout(String query) {
    Matcher given = TIMEOUT.matcher(query);
    if (!given.find()) {
      return Optional.empty();
    }
    String text = given.group(1);
    if (!text.matches("[0-9]{1,10}")) {
      throw HttpProblem.badRequest(
          "timeout is '%s', a whole number of microseconds was expected".formatted(text));
    }
    return Optional.of(Duration.of(Long.parseLong(text), ChronoUnit.MICROS))
        .filter(time -> !time.isZero());
  }

  /** One of the addresses that are only read. */
  private interface Page {
    Reply reply();
  }

  private static Reply get(Call call, Page page) {
    if (!call.method().equals("HEAD")) {
      requireMethod(call, "GET");
    }
    return page.reply();
  }

  private static void requireMethod(Call call, String method) {
    if (!call.method().equals(method)) {
      throw new HttpProblem(
          HttpProblem.METHOD_NOT_ALLOWED,
          "%s takes %s, not %s".formatted(call.path(), method, call.method()));
    }
  }

  private static HttpProblem unknown(Call call) {
    return new HttpProblem(
        HttpProblem.NOT_FOUND,
        "there is no %s; there are /v2, /v2/health/live, /v2/health/ready and"
                .formatted(call.path())
            + " /v2/models/MODEL[/versions/VERSION][/ready|/infer|/stream]");
  }

  private static Reply live() {
    return Reply.json(OK, Json.object().put("live", true).build());
  }

  private Reply ready() {
    boolean ready = models.areReady();
    return Reply.json(status(ready), Json.object().put("ready", ready).build());
  }

  private static int status(boolean ready) {
    return ready ? OK : HttpProblem.UNAVAILABLE;
  }

  private Reply server() {
    return Reply.json(
        OK,
        Json.object()
            .put("name", "skerry")
            .put("version", version)
            .put("extensions", Json.texts(Models.EXTENSIONS))
            .build());
  }

  private Reply modelReady(String name, Optional<String> wanted) {
    boolean ready = models.active(name).isPresent();
    if (ready) {
      models.require(name, wanted);
    }
    return Reply.json(status(ready), Json.object().put("name", name).put("ready", ready).build());
  }

  private Reply metadata(String name, Optional<String> wanted) {
    Running running = models.require(name, wanted);
    return Reply.json(
        OK,
        Json.object()
            .put("name", name)
            .put("versions", Json.texts(List.of(Models.version(running))))
            .put("platform", Models.PLATFORM)
            .put("inputs", tensors(running.release().inputs()))
            .put("outputs", tensors(running.release().outputs()))
            .build());
  }

  private static Json tensors(List<TensorSpec> specs) {
    return Json.array(
        specs.stream()
            .map(spec ->
                Json.object()
                    .put("name", spec.name())
                    .put("datatype", spec.datatype())
                    .put("shape", spec.shape().stream().map(Json::of).toList())
                    .build())
            .toList());
  }

  private Reply infer(Call call, String name, Optional<String> wanted) {
    Optional<String> media = call.contentType().filter(MediaRequest::isMedia);
    if (media.isPresent()) {
      requireLength(call);
      return new MediaRequest(models, ticker).answer(name, wanted, media.get(), whole(call));
    }
    Signature signature = Models.signature(models.require(name, wanted));
    requireReadable(call);
    Optional<Integer> jsonBytes = jsonBytes(call);
    RequestBody body = new RequestBody(call.body(), limits, ticker);
    Meter meter = models.meter(name);
    try (Arena arena = Arena.ofConfined();
        TensorBudget.Share budget = models.tensors().share()) {
      InferRequest request;
      try (BodyAlarm _ = BodyAlarm.after(limits.bodyTime().plus(GRACE))) {
        request =
            InferRequestReader.read(
                signature,
                body,
                jsonBytes,
                limits.jsonDepth(),
                arena,
                budget,
                call.contentLength().orElse(limits.bodyBytes()));
      }
      meter.add(Meter.Part.PREPROCESS, body.workedNanos());
      Models.Answer answer =
          models.infer(name, wanted, request.inputs(), request.timeout(), request.step());
      long ran = ticker.nanos();
      Reply reply = Reply.of(InferResponse.of(request, answer));
      meter.add(Meter.Part.POSTPROCESS, ticker.nanos() - ran);
      return reply;
    }
  }

  private byte[] whole(Call call) {
    InputStream body = new RequestBody(call.body(), limits, ticker);
    try (BodyAlarm _ = BodyAlarm.after(limits.bodyTime().plus(GRACE))) {
      return body.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireLength(Call call) {
    if (call.contentLength().isEmpty() && !call.chunked()) {
      throw new HttpProblem(
          HttpProblem.LENGTH_REQUIRED,
          "the request has no body of known length; send Content-Length, or chunks");
    }
    if (call.contentLength().orElse(0) > limits.bodyBytes()) {
      throw RequestBody.tooLarge(limits.bodyBytes());
    }
  }

  private void requireReadable(Call call) {
    requireLength(call);
    call.contentType()
        .filter(type -> !TYPES.contains(type.toLowerCase(Locale.ROOT)))
        .ifPresent(type -> {
          throw unreadable(type);
        });
  }

  private static HttpProblem unreadable(String type) {
    return new HttpProblem(
        HttpProblem.UNSUPPORTED_TYPE,
        ("the request's Content-Type is %s; application/json, application/octet-stream or the type"
                + " of a picture or a WAV file was expected")
            .formatted(type));
  }

  private static Optional<Integer> jsonBytes(Call call) {
    if (call.jsonLength().isEmpty()) {
      return Optional.empty();
    }
    String text = call.jsonLength().get();
    long most = call.contentLength().orElse(Integer.MAX_VALUE);
    if (!text.matches("[1-9][0-9]{0,8}") || Integer.parseInt(text) > most) {
      throw HttpProblem.badRequest(
          "%s is %s, a number of bytes from 1 to the body's length of %d was expected"
              .formatted(JSON_LENGTH, text, most));
    }
    return Optional.of(Integer.parseInt(text));
  }

  /** Methods that the address of a refused request takes, for the header {@code Allow}. */
  static Map<String, String> allowed(Call call) {
    return Map.of(
        "Allow",
        call.path().endsWith("/infer") || call.path().endsWith("/stream") ? "POST" : "GET, HEAD");
  }
}

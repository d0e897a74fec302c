package dev.skerry.agent.serve;

import dev.skerry.agent.engine.MediaSpecs;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.Release;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A picture or recording as the body of a request: decoded and prepared as the release says, and
 * answered with labels or boxes. An extension of the Open Inference Protocol.
 */
final class MediaRequest {
  private static final Set<String> PICTURES =
      Set.of("image/jpeg", "image/png", "image/bmp", "image/gif");
  private static final Set<String> SOUNDS = Set.of("audio/wav", "audio/x-wav", "audio/wave");

  private final Models models;
  private final Ticker ticker;

  MediaRequest(Models models, Ticker ticker) {
    this.models = models;
    this.ticker = ticker;
  }

  /** Whether bodies of {@code contentType} are media. */
  static boolean isMedia(String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT);
    return PICTURES.contains(type) || SOUNDS.contains(type);
  }

  static boolean isSound(String contentType) {
    return SOUNDS.contains(contentType.toLowerCase(Locale.ROOT));
  }

  static Json json(List<MediaAnswer.Label> labels) {
    return Json.array(labels.stream().<Json>map(MediaRequest::json).toList());
  }

  /**
   * Runs the model once on the file in {@code body}.
   *
   * @throws HttpProblem 415 if the model takes another kind of media
   * @throws SkerryException BAD_DATA if the file is damaged or too large, or the model takes or
   *     gives what has no such form; else as {@link Models#infer}
   */
  Reply answer(String name, Optional<String> version, String contentType, byte[] body) {
    Meter meter = models.meter(name);
    long start = ticker.nanos();
    Running running = models.require(name, version);
    MediaInput input =
        MediaSpecs.input(running.release(), MediaLimits.REQUEST).orElseThrow(() -> noMedia(name));
    requireKind(name, input, contentType);
    if (!running.own().states().isEmpty()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "model '%s' takes sound window by window; send it to /v2/models/%s/stream"
              .formatted(name, name));
    }
    try (Arena arena = Arena.ofShared();
        TensorBudget.Share budget = models.tensors().share()) {
      MediaInput.Media media =
          input.read("the request's body", body, bytes -> memory(arena, budget, bytes));
      meter.add(Meter.Part.PREPROCESS, ticker.nanos() - start);
      Models.Answer answer =
          models.infer(name, version, Map.of(input.input().name(), media.tensor()));
      long ran = ticker.nanos();
      Release release = answer.by().release();
      if (!release.inputs().equals(running.release().inputs())) { // switched in between
        return answer(name, version, contentType, body);
      }
      MediaAnswer said =
          MediaAnswer.of(MediaSpecs.outputs(release), answer.outputs(), media.view());
      Reply reply = Reply.json(200, json(name, answer.by(), said));
      meter.add(Meter.Part.POSTPROCESS, ticker.nanos() - ran);
      return reply;
    }
  }

  private static MemorySegment memory(Arena arena, TensorBudget.Share budget, long bytes) {
    budget.take(bytes);
    return arena.allocate(bytes, TensorData.ALIGNMENT_BYTES);
  }

  private static SkerryException noMedia(String name) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "model '%s' takes tensors, not one picture or recording; send them as application/json"
            .formatted(name));
  }

  private static void requireKind(String name, MediaInput input, String contentType) {
    if (input.takesPictures() != PICTURES.contains(contentType.toLowerCase(Locale.ROOT))) {
      throw new HttpProblem(
          HttpProblem.UNSUPPORTED_TYPE,
          "model '%s' takes %s, and the request's Content-Type is %s"
              .formatted(
                  name,
                  input.takesPictures() ? "pictures (image/jpeg, image/png)" : "sound (audio/wav)",
                  contentType));
    }
  }

  private static Json json(String name, Running by, MediaAnswer answer) {
    Json.ObjectBuilder json =
        Json.object().put("model_name", name).put("model_version", Models.version(by));
    return switch (answer) {
      case MediaAnswer.Labels(_, List<MediaAnswer.Label> labels) ->
          json.put("labels", labels.stream().map(MediaRequest::json).toList()).build();
      case MediaAnswer.Boxes(_, List<MediaAnswer.Box> boxes) ->
          json.put("boxes", boxes.stream().map(MediaRequest::json).toList()).build();
      case MediaAnswer.Tensors _ ->
          throw new SkerryException(
              ErrorCode.BAD_DATA,
              "model '%s' gives tensors, neither labels nor boxes; send application/json for them"
                  .formatted(name));
    };
  }

  private static Json.Obj json(MediaAnswer.Label label) {
    return Json.object()
        .put("label", label.label())
        .put("class", label.classIndex())
        .put("score", label.score())
        .build();
  }

  private static Json.Obj json(MediaAnswer.Box box) {
    return Json.object()
        .put("label", box.label())
        .put("class", box.found().classIndex())
        .put("score", box.found().score())
        .put("x1", box.found().x1())
        .put("y1", box.found().y1())
        .put("x2", box.found().x2())
        .put("y2", box.found().y2())
        .build();
  }
}

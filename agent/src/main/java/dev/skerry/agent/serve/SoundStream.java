package dev.skerry.agent.serve;

import dev.skerry.agent.engine.MediaSpecs;
import dev.skerry.agent.sequence.Sequence;
import dev.skerry.agent.traffic.Meter;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.JsonWriter;
import dev.skerry.bundle.release.Release;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.graph.Tensor;
import dev.skerry.runtime.Ticker;
import dev.skerry.runtime.media.GraphInput;
import dev.skerry.runtime.media.MediaAnswer;
import dev.skerry.runtime.media.MediaInput;
import dev.skerry.runtime.media.MediaLimits;
import dev.skerry.runtime.media.PictureView;
import dev.skerry.runtime.media.SoundWindow;
import dev.skerry.runtime.media.WaveStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sound as the body of a request, answered window by window while it comes, as server-sent events
 * (HTML Standard, section "Server-sent events"). An extension of the Open Inference Protocol.
 *
 * <p>The next samples are read when the last answer was written, so whoever sends faster than the
 * model runs, or does not read the answers, is held back by the connection.
 */
final class SoundStream implements Reply.Events {
  private final Models models;
  private final String name;
  private final Optional<String> version;
  private final Release release;
  private final String input;
  private final SoundWindow window;
  private final WaveStream sound;
  private final Optional<Duration> deadline;
  private final Duration patience;
  private final Ticker ticker;
  private final Meter meter;

  private @Nullable MemorySegment memory;
  private long windows;
  private long dropped;

  private SoundStream(
      Models models,
      String name,
      Optional<String> version,
      Release release,
      String input,
      SoundWindow window,
      WaveStream sound,
      Optional<Duration> deadline,
      Duration patience,
      Ticker ticker) {
    this.models = models;
    this.name = name;
    this.version = version;
    this.release = release;
    this.input = input;
    this.window = window;
    this.sound = sound;
    this.deadline = deadline;
    this.patience = patience;
    this.ticker = ticker;
    this.meter = models.meter(name);
  }

  /**
   * Reads the head of {@code body}, and refuses what can be refused before the first answer.
   *
   * @param contentType {@code audio/wav}, or {@code application/octet-stream} for floats of 32
   *     bits, little-endian, from -1 to 1, at the model's sample rate
   * @param deadline of each window, from when its samples are there; the model's when it is empty
   * @param patience how long samples of a window may take to come, or an answer to be taken
   * @throws HttpProblem 415 if it is of another type
   * @throws SkerryException NOT_FOUND, BUSY, or BAD_DATA if the model or the sound does not fit
   */
  static SoundStream of(
      Models models,
      String name,
      Optional<String> version,
      String contentType,
      InputStream body,
      Optional<Duration> deadline,
      Duration patience,
      Ticker ticker) {
    Running running = models.require(name, version);
    GraphInput input =
        MediaSpecs.input(running.release(), MediaLimits.REQUEST)
            .map(MediaInput::input)
            .orElseThrow(() -> noSound(name));
    SoundWindow window = SoundWindow.of(input);
    String type = contentType.toLowerCase(Locale.ROOT);
    boolean isRaw = type.equals("application/octet-stream");
    if (!isRaw && !MediaRequest.isSound(type)) {
      throw new HttpProblem(
          HttpProblem.UNSUPPORTED_TYPE,
          "a stream of sound is audio/wav or application/octet-stream (floats), not "
              + contentType);
    }
    WaveStream sound;
    try (BodyAlarm _ = BodyAlarm.after(patience)) {
      sound =
          isRaw
              ? WaveStream.floats(body, window.sampleRate())
              : WaveStream.of("in the request's body", body);
    } catch (IOException e) {
      throw HttpProblem.badRequest("the sound cannot be read: " + e.getMessage());
    }
    if (sound.sampleRate() != window.sampleRate()) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "the sound has %d samples a second, and model '%s' takes %d; resample it before"
              .formatted(sound.sampleRate(), name, window.sampleRate()));
    }
    return new SoundStream(
        models,
        name,
        version,
        running.release(),
        input.name(),
        window,
        sound,
        deadline,
        patience,
        ticker);
  }

  private static SkerryException noSound(String name) {
    return new SkerryException(
        ErrorCode.BAD_DATA,
        "model '%s' does not take sound alone, so there is nothing to stream; use infer"
            .formatted(name));
  }

  @Override
  public void write(OutputStream out) throws IOException {
    try (Arena arena = Arena.ofShared();
        TensorBudget.Share budget = models.tensors().share();
        Sequence sequence = models.open(name)) {
      float[] samples = new float[window.hop()];
      int count = read(samples);
      while (count > 0) {
        long start = ticker.nanos();
        Tensor tensor = window.advance(samples, count, bytes -> memory(arena, budget, bytes));
        meter.add(Meter.Part.PREPROCESS, ticker.nanos() - start);
        step(sequence, tensor, count, out);
        windows++;
        count = count < samples.length ? 0 : read(samples);
      }
      ByteSink end = event("end");
      end.ascii("{\"windows\":");
      NumberText.write(windows, end);
      end.ascii(",\"dropped\":");
      NumberText.write(dropped, end);
      send(end, out);
    } catch (SkerryException e) {
      fail(e.getMessage(), out);
    } catch (HttpProblem e) {
      fail(e.getMessage(), out);
    }
  }

  private int read(float[] samples) throws IOException {
    try (BodyAlarm _ = BodyAlarm.after(patience)) {
      return sound.read(samples);
    }
  }

  /** The same memory for each window, which is done when the next one comes. */
  private MemorySegment memory(Arena arena, TensorBudget.Share budget, long bytes) {
    MemorySegment present = memory;
    if (present == null || present.byteSize() < bytes) {
      budget.take(bytes);
      present = arena.allocate(Math.max(1, bytes), TensorData.ALIGNMENT_BYTES);
      memory = present;
    }
    return present.asSlice(0, bytes);
  }

  private void step(Sequence sequence, Tensor tensor, int count, OutputStream out)
      throws IOException {
    Map<String, Tensor> given = Map.of(input, tensor);
    try {
      send(answer(run(given, sequence), count), out);
    } catch (SkerryException e) {
      if (sequence.isOver()) {
        sequence.restart();
        Models.Answer answer = run(given, sequence);
        requireSame(answer.by());
        ByteSink restart = event("restart");
        restart.ascii("{\"model_version\":");
        restart.quoted(Models.version(answer.by()));
        send(restart, out);
        send(answer(answer, count), out);
      } else if (e.code() == ErrorCode.BUSY) {
        dropped++;
        ByteSink event = event("dropped");
        place(count, event);
        event.ascii(",\"error\":");
        event.quoted(String.valueOf(e.getMessage()));
        send(event, out);
      } else {
        throw e;
      }
    }
  }

  private Models.Answer run(Map<String, Tensor> given, Sequence sequence) {
    return models.counted(name, () -> models.infer(name, version, given, deadline, sequence));
  }

  private void requireSame(Running running) {
    if (!running.release().inputs().equals(release.inputs())) {
      throw new SkerryException(
          ErrorCode.BAD_DATA,
          "version %s of model '%s' became active, which takes sound in another way; begin again"
              .formatted(Models.version(running), name));
    }
  }

  private ByteSink answer(Models.Answer answer, int count) {
    long start = ticker.nanos();
    ByteSink event = event("");
    place(count, event);
    event.ascii(",\"model_version\":");
    event.quoted(Models.version(answer.by()));
    MediaAnswer said =
        MediaAnswer.of(
            MediaSpecs.outputs(answer.by().release()), answer.outputs(), PictureView.WHOLE);
    switch (said) {
      case MediaAnswer.Labels(_, var labels) -> {
        event.ascii(",\"labels\":");
        event.put(JsonWriter.compact(MediaRequest.json(labels)));
      }
      case MediaAnswer.Boxes _, MediaAnswer.Tensors _ -> {
        event.ascii(",\"outputs\":");
        InferResponse.outputs(answer, answer.usual(true), event);
      }
    }
    meter.add(Meter.Part.POSTPROCESS, ticker.nanos() - start);
    return event;
  }

  /** Which window it is, and of which part of the sound its newest samples are, in seconds. */
  private void place(int count, ByteSink event) {
    double rate = window.sampleRate();
    event.ascii("{\"window\":");
    NumberText.write(windows, event);
    event.ascii(",\"start\":");
    NumberText.write(windows * window.hop() / rate, event);
    event.ascii(",\"end\":");
    NumberText.write((windows * window.hop() + count) / rate, event);
  }

  private static ByteSink event(String type) {
    ByteSink event = new ByteSink(256);
    if (!type.isEmpty()) {
      event.ascii("event: ");
      event.ascii(type);
      event.put('\n');
    }
    event.ascii("data: ");
    return event;
  }

  private void send(ByteSink event, OutputStream out) throws IOException {
    event.ascii("}\n\n");
    try (BodyAlarm _ = BodyAlarm.after(patience)) {
      out.write(event.toByteArray());
      out.flush();
    }
  }

  private void fail(@Nullable String why, OutputStream out) throws IOException {
    ByteSink event = event("error");
    event.ascii("{\"error\":");
    event.quoted(String.valueOf(why));
    send(event, out);
  }
}

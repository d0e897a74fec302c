package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.traffic.Running;
import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.TensorSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams to a model that adds up the two samples of each window. */
final class SoundStreamTest {
  private static final String MODEL = "counter";
  private static final String RAW = "application/octet-stream";
  private static final int RATE = 8000;

  private Served served;
  private LoadedModel loaded;

  @BeforeEach
  void start() {
    served = new Served(ServeLimits.standard().withBodyTime(Duration.ofSeconds(2)));
    loaded = SmallModels.load(SmallModels.counter());
    served.add(release(1));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private Running release(long counter) {
    Json.Obj sound =
        Json.object().put("sample-rate", RATE).put("length", 2).put("scale", 1 / 32768.0).build();
    Running counting = SmallModels.counting(MODEL, counter, loaded);
    List<TensorSpec> inputs = counting.release().inputs();
    return SmallModels.running(
        MODEL,
        counter,
        loaded,
        List.of(
            SmallModels.spec(loaded.inputs().getFirst(), "audio", sound),
            inputs.get(1),
            inputs.get(2)),
        counting.release().outputs());
  }

  private static byte[] floats(float... samples) {
    ByteBuffer bytes = ByteBuffer.allocate(samples.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float sample : samples) {
      bytes.putFloat(sample);
    }
    return bytes.array();
  }

  private static byte[] wav(int rate, int... samples) {
    ByteBuffer bytes = ByteBuffer.allocate(44 + samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + samples.length * 2);
    bytes.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    bytes.putShort((short) 1).putShort((short) 1).putInt(rate).putInt(rate * 2);
    bytes.putShort((short) 2).putShort((short) 16);
    bytes.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(samples.length * 2);
    for (int sample : samples) {
      bytes.putShort((short) sample);
    }
    return bytes.array();
  }

  private HttpRequest.Builder stream(String model, String type) {
    return served.request("/v2/models/" + model + "/stream").header("Content-Type", type);
  }

  private HttpResponse<String> send(String model, String type, byte[] body) {
    return served.send(
        stream(model, type).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build());
  }

  private static String window(int window, double start, double end, double a, double b) {
    return """
    data: {"window":%d,"start":%s,"end":%s,"model_version":"1","outputs":[{"name":"total",\
    "datatype":"FP32","shape":[1,2],"data":[%s,%s]}]}

    """
        .formatted(window, start, end, a, b);
  }

  @Test
  void stream_ofFloats_answersEachWindow_withTheStateOfThoseBefore() {
    HttpResponse<String> response = send(MODEL, RAW, floats(1, 2, 3, 4, 5));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
    assertThat(response.body().replace("2.5E-4", "0.00025"))
        .isEqualTo(
            window(0, 0.0, 2 / 8000.0, 1, 2).replace("2.5E-4", "0.00025")
                + window(1, 2 / 8000.0, 4 / 8000.0, 4, 6).replace("2.5E-4", "0.00025")
                + window(2, 4 / 8000.0, 5 / 8000.0, 9, 6)
                + "event: end\ndata: {\"windows\":3,\"dropped\":0}\n\n");
    assertThat(served.models.sequences(MODEL)).isZero();
  }

  @Test
  void stream_ofAWavFile_isScaledAsDeclared() {
    assertThat(send(MODEL, "audio/wav", wav(RATE, 16384, -16384)).body())
        .contains("\"data\":[0.5,-0.5]")
        .contains("event: end");
  }

  @Test
  void stream_thatIsNoSound_isRefusedBeforeTheFirstEvent() {
    HttpResponse<String> rate = send(MODEL, "audio/wav", wav(16000, 1, 2));
    assertThat(rate.statusCode()).isEqualTo(400);
    assertThat(rate.body()).contains("16000 samples a second").contains("8000");
    HttpResponse<String> cut = send(MODEL, "audio/wav", "RIFF".getBytes(StandardCharsets.UTF_8));
    assertThat(cut.statusCode()).isEqualTo(400);
    assertThat(cut.body()).contains("ends before its samples begin");
    assertThat(send(MODEL, "image/png", new byte[9]).statusCode()).isEqualTo(415);
    assertThat(send(Served.TWO, RAW, new byte[9]).body()).contains("does not take sound");
    assertThat(send("nothing", RAW, new byte[9]).statusCode()).isEqualTo(404);
    assertThat(served.get("/v2/models/" + MODEL + "/stream").statusCode()).isEqualTo(405);
  }

  @Test
  void stream_answersWhileSoundComes_andBeginsAgainWithANewRelease() throws IOException {
    String head =
        "POST /v2/models/%s/stream HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 16\r\n\r\n"
            .formatted(MODEL, RAW);
    try (Socket socket = new Socket("127.0.0.1", served.port())) {
      socket.setSoTimeout(10_000);
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(floats(1, 2));
      assertThat(next(answer, "data: ")).contains("\"model_version\":\"1\"").contains("[1.0,2.0]");

      served.traffic(MODEL).activate(release(2));
      socket.getOutputStream().write(floats(3, 4));

      assertThat(next(answer, "event: ")).isEqualTo("event: restart");
      assertThat(next(answer, "data: ")).isEqualTo("data: {\"model_version\":\"2\"}");
      assertThat(next(answer, "data: ")).contains("\"model_version\":\"2\"").contains("[3.0,4.0]");
      assertThat(next(answer, "data: ")).isEqualTo("data: {\"windows\":2,\"dropped\":0}");
    }
  }

  private static String next(BufferedReader answer, String prefix) throws IOException {
    String line = "";
    while (!line.startsWith(prefix)) {
      line = Objects.requireNonNull(answer.readLine(), "the answer ended");
    }
    return line;
  }

  @Test
  void stream_withATimeout_isHeldAgainstIt() {
    HttpRequest.BodyPublisher sound = HttpRequest.BodyPublishers.ofByteArray(floats(1, 2, 3, 4));
    HttpResponse<String> late =
        served.send(
            served
                .request("/v2/models/" + MODEL + "/stream?timeout=1") // µs, which no run keeps
                .header("Content-Type", RAW)
                .POST(sound)
                .build());

    assertThat(late.body()).contains("\"windows\":2,\"dropped\":0");
    assertThat(served.scheduler.figures(served.scheduler.model(MODEL)).late()).isEqualTo(2);
    HttpResponse<String> wrong =
        served.send(
            served
                .request("/v2/models/" + MODEL + "/stream?timeout=soon")
                .header("Content-Type", RAW)
                .POST(sound)
                .build());
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("timeout is 'soon'");
  }

  @Test
  void stream_thatStopsComing_isEnded_andForgotten() throws IOException {
    String head =
        "POST /v2/models/%s/stream HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 800\r\n\r\n"
            .formatted(MODEL, RAW);
    // Some of the sound, and no more within the time for it: the server ends the connection.
    assertThat(served.raw(head, "\0\0\0\0\0\0\0\0")).contains("\"window\":0");
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          while (served.models.sequences(MODEL) > 0) {
            Thread.onSpinWait();
          }
        });
  }
}

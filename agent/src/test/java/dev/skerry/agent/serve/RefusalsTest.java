package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.skerry.agent.FakeModel;
import dev.skerry.agent.SmallModels;
import dev.skerry.graph.DataType;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers may do wrong, by mistake or on purpose, and what they are told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
  private static final String FITTING =
      "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3],\"data\":[1,2,3]}]}";

  private Served served;

  @BeforeAll
  void start() {
    ServeLimits limits =
        ServeLimits.standard(2)
            .withBodyBytes(100_000)
            .withTensorBytes(120_000)
            .withBodyTime(Duration.ofMillis(600));
    served = new Served(limits, DataType.FLOAT, DataType.INT8, DataType.UINT8, DataType.STRING);
  }

  @AfterAll
  void stop() {
    served.close();
  }

  private static String x(String datatype, String shape, String data) {
    return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}]}"
        .formatted(datatype, shape, data);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void bodies_thatDoNotFit_areToldWhatWasExpected(String model, String body, String message) {
    HttpResponse<String> response = served.infer(model, body);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).startsWith("{\"error\":\"").contains(message);
    assertThat(served.infer("identity-FLOAT", FITTING).statusCode()).as("serves on").isEqualTo(200);
  }

  static Stream<Arguments> bodies() {
    String f = "identity-FLOAT";
    return Stream.of(
        arguments(f, "", "ends at byte 0 where the object of the request was expected"),
        arguments(f, "{", "ends at byte 1 where a key in quotes was expected; is it truncated?"),
        arguments(f, "[1]", "at byte 0: '[' instead of the object of the request"),
        arguments(f, "{}", "the request has no 'inputs'"),
        arguments(f, "{\"inputs\":[]}", "needs input 'x' (FP32[-1, 3]), which was not given"),
        arguments(f, FITTING + "x", "'x' instead of the end"),
        arguments(f, "{\"inputs\":{}}", "instead of the array of 'inputs'"),
        arguments(f, "{\"id\":1}", "'1' instead of 'id' in quotes"),
        arguments(f, "{\"id\":\"\u0001\"}", "byte 0x01 instead of a string without control"),
        arguments(f, "{\"id\":\"\\ud800\"}", "surrogate"),
        arguments(f, "{\"id\":\"a\",\"id\":\"b\"}", "has the key 'id' twice"),
        arguments(f, x("FP32", "[1,4]", "[1,2,3,4]"), "takes FP32[-1, 3], not FP32[1, 4]"),
        arguments(f, x("FP32", "[3]", "[1,2,3]"), "takes FP32[-1, 3], not FP32[3]"),
        arguments(f, x("FP64", "[1,3]", "[1,2,3]"), "takes FP32[-1, 3], not FP64[1, 3]"),
        arguments(f, x("FLOAT", "[1,3]", "[1,2,3]"), "the datatype 'FLOAT'; there are BOOL, UINT8"),
        arguments(f, x("FP32", "[1,3]", "[1,2]"), "has 2 elements, its shape [1, 3] takes 3"),
        arguments(f, x("FP32", "[1,3]", "[1,2,3,4]"), "has more elements, its shape"),
        arguments(f, x("FP32", "[1,3]", "[[1,2],[3]]"), "has 2 items in an array at level 2"),
        arguments(f, x("FP32", "[1,3]", "[[[1,2,3]]]"), "level 3, which is not its shape [1, 3]"),
        arguments(f, x("FP32", "[2,3]", "[[1,2,3]]"), "has 1 items in an array at level 1"),
        arguments(f, x("FP32", "[1,3]", "[1,2,\"3\"]"), "instead of a number"),
        arguments(f, x("FP32", "[1,3]", "[1,2,null]"), "instead of a number"),
        arguments(f, x("FP32", "[1,3]", "[1,2,03]"), "instead of a digit"),
        arguments(
            f, x("FP32", "[1,3]", "[1,2,1e39]"), "element 2 of input 'x' (FP32) is 1e39: too"),
        arguments(f, x("FP32", "[1,3]", "[1,2,3"), "'}' instead of ']'"),
        arguments(f, x("FP32", "[1,-3]", "[1]"), "'shape' has -3, an integer from 0"),
        arguments(f, x("FP32", "[90000,3]", "[1]"), "is 270,000 elements; the request has only"),
        arguments(
            f, x("FP32", "[1,3]", "[" + "9".repeat(600) + ",2,3]"), "longer than the limit of 512"),
        arguments("identity-INT8", x("INT8", "[1,3]", "[1,2,128]"), "an integer from -128 to 127"),
        arguments("identity-INT8", x("INT8", "[1,3]", "[1,2,1.0]"), "is 1.0: an integer from -128"),
        arguments("identity-UINT8", x("UINT8", "[1,3]", "[1,2,-1]"), "an integer from 0 to 255"),
        arguments("identity-UINT8", x("UINT8", "[1,3]", "[1,2,NaN]"), "'N' instead of a number"),
        arguments("identity-STRING", x("BYTES", "[1,3]", "[\"a\",1,\"b\"]"), "in quotes"),
        arguments(
            f, "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"data\":[1,2,3]}]}", "no 'datatype'"),
        arguments(
            f, "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1]}]}", "no 'shape'"),
        arguments(f, "{\"inputs\":[{\"datatype\":\"FP32\",\"shape\":[1,3]}]}", "has no 'name'"),
        arguments(
            f,
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,3]}]}",
            "neither 'data' nor"),
        arguments(
            f,
            x("FP32", "[1,3]", "[1,2,3]").replace("\"x\"", "\"z\""),
            "has no input 'z'; it has 'x' (FP32[-1, 3])"),
        arguments(
            f,
            FITTING.replace("]}]}", "]}],\"outputs\":[{\"name\":\"q\"}]}"),
            "no output 'q'; it has 'y'"),
        arguments(f, FITTING.replace("]}]}", "]}],\"outputs\":[{}]}"), "request has no 'name'"),
        arguments(
            f,
            "{\"inputs\":" + "[".repeat(50) + "]".repeat(50) + "}",
            "instead of the object of an input"),
        arguments(f, "{\"p\":" + "[".repeat(5000), "nests deeper than the limit of 16 levels"),
        arguments(
            f, "{\"p\":" + "{\"a\":".repeat(5000), "nests deeper than the limit of 16 levels"),
        arguments(
            f,
            FITTING.replace("\"data\":[1,2,3]", "\"parameters\":{\"binary_data_size\":12}"),
            "the header Inference-Header-Content-Length is missing"));
  }

  private HttpResponse<String> binary(String headLength, String body) {
    return served.send(
        served
            .request("/v2/models/identity-FLOAT/infer")
            .header("Inference-Header-Content-Length", headLength)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private static String declared(int bytes) {
    return FITTING.replace(
        "\"data\":[1,2,3]", "\"parameters\":{\"binary_data_size\":" + bytes + "}");
  }

  @Test
  void binarySizes_thatAreLies_areRefused() {
    String twelve = declared(12);
    String length = Integer.toString(twelve.length());
    assertThat(binary(length, twelve + "123456789012").statusCode()).isEqualTo(200);
    assertThat(binary(length, twelve + "1234").body())
        .contains("ends within the binary data of input 'x'");
    assertThat(binary(length, twelve + "1234567890123").body())
        .contains("there are bytes left after the binary data");
    String wrong = declared(8);
    assertThat(binary(Integer.toString(wrong.length()), wrong + "12345678").body())
        .contains("has 8 bytes of binary data, but FP32[1, 3] takes 12 bytes");
    assertThat(binary("99999", twelve).body()).contains("from 1 to the body's length");
    assertThat(binary("0", twelve).statusCode()).isEqualTo(400);
    assertThat(binary("-1", twelve).statusCode()).isEqualTo(400);
    assertThat(binary(Integer.toString(twelve.length() - 5), twelve).body())
        .contains("is it truncated?");
  }

  @Test
  void bodies_aboveTheLimit_areRefused_withAndWithoutLength() {
    String padded = FITTING + " ".repeat(100_000);

    HttpResponse<String> known = served.infer("identity-FLOAT", padded);
    assertThat(known.statusCode()).isEqualTo(413);
    assertThat(known.body()).contains("longer than the limit of 100,000 bytes");

    HttpResponse<String> chunks =
        served.send(
            served
                .request("/v2/models/identity-FLOAT/infer")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(padded.getBytes())))
                .build());
    assertThat(chunks.statusCode()).isEqualTo(413);
  }

  @Test
  void chunkedBodies_areRead() {
    HttpResponse<String> response =
        served.send(
            served
                .request("/v2/models/identity-FLOAT/infer")
                .POST(
                    HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(FITTING.getBytes())))
                .build());

    assertThat(response.statusCode()).isEqualTo(200);
  }

  @Test
  void otherTypesAndEncodings_areRefused() {
    HttpRequest.Builder request =
        served
            .request("/v2/models/identity-FLOAT/infer")
            .POST(HttpRequest.BodyPublishers.ofString(FITTING));

    for (String good : List.of("application/json; charset=utf-8", "APPLICATION/JSON")) {
      assertThat(served.send(request.copy().header("Content-Type", good).build()).statusCode())
          .as(good)
          .isEqualTo(200);
    }
    HttpResponse<String> typed =
        served.send(request.copy().header("Content-Type", "text/html").build());
    assertThat(typed.statusCode()).isEqualTo(415);
    assertThat(typed.body()).contains("Content-Type is text/html; application/json,");
    HttpResponse<String> encoded =
        served.send(request.copy().header("Content-Encoding", "gzip").build());
    assertThat(encoded.statusCode()).isEqualTo(400);
    assertThat(encoded.body()).startsWith("{\"error\":");
  }

  @Test
  void aBodyThatStops_orDrips_isGivenUp() throws IOException {
    String head = "POST /v2/models/identity-FLOAT/infer HTTP/1.1\r\nHost: x\r\n";

    assertThat(served.raw(head + "Content-Length: 50\r\n\r\n{\"inputs\":"))
        .as("a connection that is closed in time")
        .doesNotContain("200 OK");
    String[] drip = new String[40];
    drip[0] = head + "Content-Length: 50\r\n\r\n";
    java.util.Arrays.fill(drip, 1, drip.length, " ");
    assertThat(served.drip(Duration.ofMillis(50), drip)).contains("408");
    assertThat(served.infer("identity-FLOAT", FITTING).statusCode()).isEqualTo(200);
  }

  @Test
  void aRefusedBody_isAnsweredBeforeAllOfItCame() throws IOException {
    assertThat(
            served.raw(
                "POST /v2/models/identity-FLOAT/infer HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Length: 5000\r\n\r\n{\"inputs\":x"))
        .startsWith("HTTP/1.1 400")
        .contains("'x' instead of the array of 'inputs'");
  }

  @Test
  void garbage_getsAnErrorInTheSameForm() throws IOException {
    assertThat(served.raw("\0\1\2garbage\r\n\r\n")).contains("400").contains("{\"error\":");
    assertThat(
            served.raw(
                "POST /v2/models/identity-FLOAT/infer HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Connection: close\r\n\r\n"))
        .contains("411")
        .contains("{\"error\":");
  }

  @Test
  void moreRequestsThanMayWait_areToldToComeBack() throws Exception {
    ServeLimits limits = ServeLimits.standard(1).withRuns(1, 1, Duration.ofSeconds(20));
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    FakeModel slow =
        new FakeModel(x -> {
          entered.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new SkerryException(ErrorCode.ENGINE, "interrupted", e);
          }
          return x;
        });
    try (Served busy = new Served(limits);
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      busy.traffic("absent").activate(SmallModels.running("absent", 1, slow));
      List<Future<HttpResponse<String>>> asked = new ArrayList<>();
      asked.add(pool.submit(() -> busy.infer("absent", FITTING)));
      entered.await();
      for (int i = 0; i < 5; i++) {
        asked.add(pool.submit(() -> busy.infer("absent", FITTING)));
      }
      List<HttpResponse<String>> refused = new ArrayList<>();
      while (refused.size() < 4) {
        asked.stream()
            .filter(future -> future.isDone() && !refused.contains(future.resultNow()))
            .forEach(future -> refused.add(future.resultNow()));
        Thread.onSpinWait();
      }
      go.countDown();
      assertThat(refused)
          .allSatisfy(response -> {
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("Retry-After")).contains("1");
            assertThat(response.body()).contains("1 requests run and 1 wait, which is the limit");
          });
      long answered = 0;
      for (Future<HttpResponse<String>> future : asked) {
        answered += future.get().statusCode() == 200 ? 1 : 0;
      }
      assertThat(answered).isEqualTo(2);
    }
  }
}

package dev.skerry.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.skerry.agent.SmallModels;
import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.agent.serve.Models;
import dev.skerry.agent.serve.ServeLimits;
import dev.skerry.agent.traffic.LiveTraffic;
import dev.skerry.graph.DataType;
import dev.skerry.runtime.Ticker;
import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the protocol promises, called by grpc-java on the real server and engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GrpcProtocolTest {
  private static final String INPUTS =
      """
      inputs { name: 'a' datatype: 'FP32' shape: 2 shape: 2
               contents { fp32_contents: 1 fp32_contents: 2 fp32_contents: 3 fp32_contents: 4 } }
      inputs { name: 'b' datatype: 'FP32' shape: 2 shape: 2
               contents { fp32_contents: 10 fp32_contents: 20 fp32_contents: 30 fp32_contents: 40 } }
      """;

  /** Floats 1 to 4, and two times that, little-endian. */
  private static final String RAW_A = "\\0\\0\\200?\\0\\0\\0@\\0\\0@@\\0\\0\\200@";

  private static final String RAW_INPUTS =
      "inputs { name: 'a' datatype: 'FP32' shape: [2, 2] }"
          + " inputs { name: 'b' datatype: 'FP32' shape: [2, 2] }"
          + " raw_input_contents: '%s' raw_input_contents: '%s'".formatted(RAW_A, RAW_A);

  private final SequencedMap<String, LiveTraffic> traffic = new LinkedHashMap<>();
  private final List<LoadedModel> loaded = new ArrayList<>();
  private GrpcServer server;
  private GrpcCaller caller;

  @BeforeAll
  void start() {
    ServeLimits limits =
        ServeLimits.standard(2).withBodyBytes(10_000).withBodyTime(Duration.ofMillis(300));
    add("two", 3, SmallModels.load(SmallModels.two()));
    for (DataType type : DataType.values()) {
      if (TYPES.contains(type)) {
        add("identity-" + type, 1, SmallModels.load(SmallModels.identity(type)));
      }
    }
    LoadedModel counter = SmallModels.load(SmallModels.counter());
    LiveTraffic counting = new LiveTraffic(Ticker.system(), 1);
    counting.activate(SmallModels.counting("counter", 1, counter));
    traffic.put("counter", counting);
    loaded.add(counter);
    traffic.put("absent", new LiveTraffic(Ticker.system(), 1));
    Models models = new Models(traffic, limits);
    server = GrpcServer.start("127.0.0.1", 0, models, limits, Ticker.system(), "0.1.0");
    caller = new GrpcCaller(server.port());
  }

  private static final List<DataType> TYPES =
      List.of(
          DataType.DOUBLE,
          DataType.FLOAT,
          DataType.FLOAT16,
          DataType.BOOL,
          DataType.INT8,
          DataType.UINT8,
          DataType.INT64,
          DataType.STRING);

  private void add(String name, long counter, LoadedModel model) {
    LiveTraffic live = new LiveTraffic(Ticker.system(), 1);
    live.activate(SmallModels.running(name, counter, model));
    traffic.put(name, live);
    loaded.add(model);
  }

  @AfterAll
  void stop() {
    caller.close();
    server.close();
    loaded.forEach(LoadedModel::close);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pages_areAsTheProtocolSays(String method, String request, String answer) {
    assertThat(caller.call(method, request)).isEqualTo(answer);
  }

  static Stream<Arguments> pages() {
    return Stream.of(
        arguments("ServerLive", "", "live: true"),
        arguments("ServerReady", "", ""),
        arguments(
            "ServerMetadata",
            "",
            "name: \"skerry\" version: \"0.1.0\" extensions: \"binary_tensor_data\" extensions:"
                + " \"sequence\""),
        arguments("ModelReady", "name: 'two'", "ready: true"),
        arguments("ModelReady", "name: 'two' version: '3'", "ready: true"),
        arguments("ModelReady", "name: 'absent'", ""),
        arguments(
            "ModelMetadata",
            "name: 'identity-INT8'",
            "name: \"identity-INT8\" versions: \"1\" platform: \"onnx_onnxv1\""
                + " inputs { name: \"x\" datatype: \"INT8\" shape: -1 shape: 3 }"
                + " outputs { name: \"y\" datatype: \"INT8\" shape: -1 shape: 3 }"));
  }

  @Test
  void infer_answersAllOutputs_andEchoesTheId() {
    assertThat(caller.call("ModelInfer", "model_name: 'two' id: 'é' " + INPUTS))
        .isEqualTo(
            "model_name: \"two\" model_version: \"3\" id: \"\\303\\251\""
                + " outputs { name: \"sum\" datatype: \"FP32\" shape: 2 shape: 2 contents {"
                + " fp32_contents: 11.0 fp32_contents: 22.0 fp32_contents: 33.0"
                + " fp32_contents: 44.0 } }"
                + " outputs { name: \"product\" datatype: \"FP32\" shape: 2 shape: 2 contents {"
                + " fp32_contents: 10.0 fp32_contents: 40.0 fp32_contents: 90.0"
                + " fp32_contents: 160.0 } }");
  }

  @Test
  void infer_bySequence_keepsTheState() {
    String request =
        "model_name: 'counter' inputs { name: 'x' datatype: 'FP32' shape: [1, 2]"
            + " contents { fp32_contents: [1, 2] } } parameters { key: 'sequence_id' value {"
            + " %s } } parameters { key: '%s' value { bool_param: true } }";
    assertThat(caller.call("ModelInfer", request.formatted("string_param: 'é'", "sequence_start")))
        .contains("fp32_contents: 1.0 fp32_contents: 2.0")
        .doesNotContain("left");
    assertThat(caller.call("ModelInfer", request.formatted("string_param: 'é'", "sequence_end")))
        .contains("fp32_contents: 2.0 fp32_contents: 4.0");
    assertThatThrownBy(
            () -> caller.call("ModelInfer", request.formatted("int64_param: 7", "sequence_end")))
        .hasMessageContaining("NOT_FOUND")
        .hasMessageContaining("there is no sequence '7'");
  }

  @Test
  void infer_ofRawInputs_answersRaw_withTheOutputsAskedFor() {
    String answer =
        caller.call(
            "ModelInfer",
            "model_name: 'two' model_version: '3' outputs { name: 'sum' } " + RAW_INPUTS);

    assertThat(answer)
        .contains("outputs { name: \"sum\" datatype: \"FP32\" shape: 2 shape: 2 }")
        .doesNotContain("product")
        .endsWith(
            "raw_output_contents:"
                + " \"\\000\\000\\000@\\000\\000\\200@\\000\\000\\300@\\000\\000\\000A\"");
  }

  @ParameterizedTest
  @MethodSource("types")
  void infer_carriesEveryType(DataType type, String datatype, String contents) {
    String request =
        "model_name: 'identity-%s' inputs { name: 'x' datatype: '%s' shape: [1, 3] contents { %s } }"
            .formatted(type, datatype, contents);

    assertThat(caller.call("ModelInfer", request))
        .endsWith(
            "outputs { name: \"y\" datatype: \"%s\" shape: 1 shape: 3 contents { %s } }"
                .formatted(datatype, contents));
  }

  static Stream<Arguments> types() {
    return Stream.of(
        arguments(
            DataType.FLOAT,
            "FP32",
            "fp32_contents: 0.1 fp32_contents: NaN fp32_contents: -Infinity"),
        arguments(
            DataType.DOUBLE,
            "FP64",
            "fp64_contents: 0.1 fp64_contents: 1.0E300 fp64_contents: -2.0"),
        arguments(
            DataType.BOOL, "BOOL", "bool_contents: true bool_contents: false bool_contents: true"),
        arguments(DataType.INT8, "INT8", "int_contents: -128 int_contents: 0 int_contents: 127"),
        arguments(
            DataType.UINT8, "UINT8", "uint_contents: 0 uint_contents: 128 uint_contents: 255"),
        arguments(
            DataType.INT64,
            "INT64",
            "int64_contents: -9223372036854775808 int64_contents: 9007199254740993"
                + " int64_contents: 9223372036854775807"),
        arguments(
            DataType.STRING,
            "BYTES",
            "bytes_contents: \"\" bytes_contents: \"a\\n\" bytes_contents: \"\\303\\251\""));
  }

  @Test
  void infer_ofATypeWithoutContents_goesRaw() {
    String raw = "\\000<\\000@\\000B";
    assertThat(
            caller.call(
                "ModelInfer",
                "model_name: 'identity-FLOAT16' inputs { name: 'x' datatype: 'FP16' shape: [1, 3] }"
                    + " raw_input_contents: '"
                    + raw
                    + "'"))
        .endsWith("raw_output_contents: \"" + raw + "\"");
    assertThat(
            caller.call(
                "ModelInfer",
                "model_name: 'identity-STRING' inputs { name: 'x' datatype: 'BYTES' shape: [1, 3] }"
                    + " raw_input_contents: '\\1\\0\\0\\0a\\0\\0\\0\\0\\2\\0\\0\\0bc'"))
        .endsWith(
            "raw_output_contents:"
                + " \"\\001\\000\\000\\000a\\000\\000\\000\\000\\002\\000\\000\\000bc\"");
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusals_sayWhatWasExpected(
      String method, String request, Status.Code code, String message) {
    assertThatThrownBy(() -> caller.call(method, request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(code);
              assertThat(e.getStatus().getDescription()).contains(message);
            });
  }

  static Stream<Arguments> refusals() {
    String one = "model_name: 'two' inputs { name: 'a' datatype: 'FP32' shape: [2, 2] ";
    return Stream.of(
        arguments(
            "ModelReady",
            "name: 'resnet'",
            Status.Code.NOT_FOUND,
            "there is no model 'resnet'; this device serves two"),
        arguments(
            "ModelMetadata",
            "name: 'two' version: '9'",
            Status.Code.NOT_FOUND,
            "has no version '9' here; it serves version 3"),
        arguments(
            "ModelMetadata", "name: 'absent'", Status.Code.UNAVAILABLE, "'absent' is not ready"),
        arguments(
            "ModelInfer",
            "model_name: 'two' inputs { name: 'ä%' }",
            Status.Code.INVALID_ARGUMENT,
            "model 'two' has no input 'ä%'; it has 'a' (FP32[2, 2]), 'b' (FP32[2, 2])"),
        arguments(
            "ModelInfer",
            one + "} raw_input_contents: '" + RAW_A + "'",
            Status.Code.INVALID_ARGUMENT,
            "needs input 'b' (FP32[2, 2]), which was not given"),
        arguments(
            "ModelInfer",
            one + "}",
            Status.Code.INVALID_ARGUMENT,
            "input 'a' has neither contents nor raw_input_contents"),
        arguments(
            "ModelInfer",
            one + "} raw_input_contents: 'abcd'",
            Status.Code.INVALID_ARGUMENT,
            "input 'a' has 4 bytes of binary data, but FP32[2, 2] takes 16 bytes"),
        arguments(
            "ModelInfer",
            one + "} raw_input_contents: 'abcd' raw_input_contents: 'abcd'",
            Status.Code.INVALID_ARGUMENT,
            "there are 2 raw_input_contents for 1 inputs"),
        arguments(
            "ModelInfer",
            one + "contents { fp32_contents: 1 } }",
            Status.Code.INVALID_ARGUMENT,
            "fp32_contents of input 'a' has 1 elements, its shape [2, 2] takes 4"),
        arguments(
            "ModelInfer",
            one + "contents { int_contents: 1 } }",
            Status.Code.INVALID_ARGUMENT,
            "input 'a' is FP32, which takes fp32_contents, but it has int_contents"),
        arguments(
            "ModelInfer",
            "model_name: 'identity-INT8' inputs { name: 'x' datatype: 'INT8' shape: [1, 3]"
                + " contents { int_contents: 1 int_contents: 128 } }",
            Status.Code.INVALID_ARGUMENT,
            "element 1 of input 'x' (INT8) is 128: an integer from -128 to 127 was expected"),
        arguments(
            "ModelInfer",
            "model_name: 'two' outputs { name: 'z' } " + INPUTS,
            Status.Code.INVALID_ARGUMENT,
            "model 'two' has no output 'z'"),
        arguments(
            "ModelInfer",
            "model_name: 'two' id: '" + "x".repeat(10_001) + "'",
            Status.Code.RESOURCE_EXHAUSTED,
            "more than the limit of 10,000"));
  }

  @Test
  void malformedMessages_areInvalidArguments_andUnknownMethodsUnimplemented() {
    for (byte[] message : new byte[][] {{8}, {10, 5, 'a'}, {15}, {0}, {42, 2, 10, 9}}) {
      assertThatThrownBy(() -> caller.call("ModelInfer", message, CallOptions.DEFAULT))
          .hasMessageContaining("INVALID_ARGUMENT: the message is not what the protocol says");
    }
    assertThatThrownBy(() -> caller.call("ModelStreamInfer", new byte[0], CallOptions.DEFAULT))
        .hasMessageContaining("UNIMPLEMENTED: there is no method 'ModelStreamInfer'; there are");
    assertThatThrownBy(() ->
            caller.call(
                "ModelReady",
                "\12\3two".getBytes(StandardCharsets.UTF_8),
                CallOptions.DEFAULT.withCompression("gzip")))
        .hasMessageContaining("UNIMPLEMENTED: the message is compressed");
  }

  @Test
  void aCallerThatSendsNoMessage_isAnsweredAndGivenUp() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(openStream());
      byte[] frame = new byte[9];
      InputStream in = socket.getInputStream();
      boolean ended = false;
      while (!ended && in.readNBytes(frame, 0, 9) == 9) {
        in.readNBytes((frame[0] & 0xFF) << 16 | (frame[1] & 0xFF) << 8 | frame[2] & 0xFF);
        ended = frame[3] == HEADERS && (frame[4] & END_STREAM) != 0;
      }
      assertThat(ended).isTrue();
    }
    assertThat(caller.call("ServerLive", "")).isEqualTo("live: true");
  }

  private static final byte HEADERS = 1;
  private static final byte END_STREAM = 1;

  /** The preface, empty settings, and the header of a call to ModelInfer without its end. */
  private static byte[] openStream() {
    String path = "/inference.GRPCInferenceService/ModelInfer";
    String block = "\203\206\4" + (char) path.length() + path + "\1\tlocalhost\20\2te\10trailers";
    String all =
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
            + "\0\0"
            + (char) block.length()
            + "\1\4\0\0\0\1"
            + block;
    return all.getBytes(StandardCharsets.ISO_8859_1);
  }
}

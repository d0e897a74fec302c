package dev.skerry.agent.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.json.JsonReader;
import dev.skerry.graph.DataType;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the protocol promises, against the real server and engine. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InferenceServerTest {
  private static final String INPUTS =
      """
      "inputs":[{"name":"a","datatype":"FP32","shape":[2,2],"data":[1,2,3,4]},
                {"name":"b","datatype":"FP32","shape":[2,2],"data":[[10,20],[30,40]]}]\
      """;

  private Served served;

  @BeforeAll
  void start() {
    served =
        new Served(
            ServeLimits.standard(2),
            DataType.FLOAT,
            DataType.DOUBLE,
            DataType.FLOAT16,
            DataType.BOOL,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.UINT32,
            DataType.STRING);
  }

  @AfterAll
  void stop() {
    served.close();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pages_areAsTheProtocolSays(String path, int status, String body) {
    HttpResponse<String> response = served.get(path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(json(response)).isEqualTo(JsonReader.read("expected", body.getBytes()));
  }

  static Stream<Arguments> pages() {
    String metadata =
        """
        {"name":"two","versions":["3"],"platform":"onnx_onnxv1",
         "inputs":[{"name":"a","datatype":"FP32","shape":[2,2]},
                   {"name":"b","datatype":"FP32","shape":[2,2]}],
         "outputs":[{"name":"sum","datatype":"FP32","shape":[2,2]},
                    {"name":"product","datatype":"FP32","shape":[2,2]}]}
        """;
    return Stream.of(
        arguments("/v2/health/live", 200, "{\"live\":true}"),
        arguments("/v2/health/ready", 503, "{\"ready\":false}"),
        arguments(
            "/v2",
            200,
            "{\"name\":\"skerry\",\"version\":\"0.1.0\",\"extensions\":[\"binary_tensor_data\",\"sequence\"]}"),
        arguments("/v2/models/two", 200, metadata),
        arguments("/v2/models/two/", 200, metadata),
        arguments("/v2/models/two/versions/3", 200, metadata),
        arguments("/v2/models/two/ready", 200, "{\"name\":\"two\",\"ready\":true}"),
        arguments("/v2/models/two/versions/3/ready", 200, "{\"name\":\"two\",\"ready\":true}"),
        arguments("/v2/models/absent/ready", 503, "{\"name\":\"absent\",\"ready\":false}"),
        arguments(
            "/v2/models/absent",
            503,
            "{\"error\":\"model 'absent' is not ready: no release of it is active yet\"}"),
        arguments(
            "/v2/models/two/versions/2",
            404,
            "{\"error\":\"model 'two' has no version '2' here; it serves version 3 (the release"
                + " counter)\"}"));
  }

  @Test
  void unknownAddresses_nameThoseThereAre() {
    assertThat(served.get("/v2/models/resnet").body())
        .contains("there is no model 'resnet'; this device serves two, identity-FLOAT");
    for (String path :
        new String[] {"/", "/v1", "/v2/health", "/v2/models/two/explain", "/v2/x/y"}) {
      HttpResponse<String> response = served.get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertThat(response.body()).contains("/v2/models/MODEL");
    }
  }

  @Test
  void otherMethods_areRefused_withThoseThatAreTaken() {
    HttpResponse<String> get = served.get("/v2/models/two/infer");
    assertThat(get.statusCode()).isEqualTo(405);
    assertThat(get.headers().firstValue("Allow")).contains("POST");

    HttpResponse<String> delete = served.send(served.request("/v2/models/two").DELETE().build());
    assertThat(delete.statusCode()).isEqualTo(405);
    assertThat(delete.headers().firstValue("Allow")).contains("GET, HEAD");

    HttpResponse<String> head = served.send(served.request("/v2/health/live").HEAD().build());
    assertThat(head.statusCode()).isEqualTo(200);
  }

  @Test
  void infer_answersAllOutputs_andEchoesTheId() {
    HttpResponse<String> response = served.infer("two", "{\"id\":\"é\\u0041\"," + INPUTS + "}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"model_name\":\"two\",\"model_version\":\"3\",\"id\":\"éA\",\"outputs\":["
                + "{\"name\":\"sum\",\"datatype\":\"FP32\",\"shape\":[2,2],"
                + "\"data\":[11.0,22.0,33.0,44.0]},"
                + "{\"name\":\"product\",\"datatype\":\"FP32\",\"shape\":[2,2],"
                + "\"data\":[10.0,40.0,90.0,160.0]}]}");
  }

  @Test
  void infer_answersTheOutputsAskedFor_inTheirOrder() {
    HttpResponse<String> response =
        served.infer("two", "{" + INPUTS + ",\"outputs\":[{\"name\":\"product\"}]}");

    assertThat(response.body()).contains("product").doesNotContain("sum");
    assertThat(
            served
                .infer(
                    "two",
                    "{\"outputs\":[{\"name\":\"product\"},{\"name\":\"sum\"}]," + INPUTS + "}")
                .body())
        .containsSubsequence("product", "sum");
  }

  @Test
  void infer_takesMembersInAnyOrder_andPassesOverWhatItDoesNotKnow() {
    HttpResponse<String> response =
        served.infer(
            "two",
            """
            {"model_name":"two","parameters":{"priority":[1,{"x":null}],"binary_data_output":false},
             "inputs":[{"data":[1,2,3,4],"shape":[2,2],"datatype":"FP32","name":"b"},
                       {"shape":[2,2],"data":[[1,1],[1,1]],"name":"a","parameters":{"x":true},
                        "datatype":"FP32"}]}
            """);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body()).contains("[2.0,3.0,4.0,5.0]");
  }

  @ParameterizedTest
  @MethodSource("types")
  void infer_carriesEveryType(DataType type, String datatype, String in, String out) {
    String name = "identity-" + type;
    HttpResponse<String> response =
        served.infer(
            name,
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[1,3],\"data\":%s}]}"
                .formatted(datatype, in));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.body())
        .contains(
            "\"name\":\"y\",\"datatype\":\"%s\",\"shape\":[1,3],\"data\":%s}"
                .formatted(datatype, out));
  }

  static Stream<Arguments> types() {
    return Stream.of(
        arguments(DataType.FLOAT, "FP32", "[0.1, -1e-7, 3]", "[0.1,-1.0E-7,3.0]"),
        arguments(DataType.FLOAT, "FP32", "[NaN, Infinity, -Infinity]", "[NaN,Infinity,-Infinity]"),
        arguments(DataType.DOUBLE, "FP64", "[[0.1, 1e300, -2]]", "[0.1,1.0E300,-2.0]"),
        arguments(DataType.FLOAT16, "FP16", "[0.5, 65504, -1]", "[0.5,65504.0,-1.0]"),
        arguments(DataType.BOOL, "BOOL", "[true, false, true]", "[true,false,true]"),
        arguments(DataType.INT8, "INT8", "[-128, 0, 127]", "[-128,0,127]"),
        arguments(DataType.UINT8, "UINT8", "[0, 128, 255]", "[0,128,255]"),
        arguments(DataType.INT16, "INT16", "[-32768, 0, 32767]", "[-32768,0,32767]"),
        arguments(
            DataType.INT32, "INT32", "[-2147483648,0,2147483647]", "[-2147483648,0,2147483647]"),
        arguments(
            DataType.INT64,
            "INT64",
            "[-9223372036854775808, 9007199254740993, 9223372036854775807]",
            "[-9223372036854775808,9007199254740993,9223372036854775807]"),
        arguments(
            DataType.STRING,
            "BYTES",
            "[\"\", \"a\\n\\\"é\", \"😀\"]",
            "[\"\",\"a\\n\\\"é\",\"😀\"]"));
  }

  @Test
  void infer_ofATypeThatTheEngineCannotPass_saysSo() {
    HttpResponse<String> response =
        served.infer(
            "identity-UINT32",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"UINT32\",\"shape\":[1,3],"
                + "\"data\":[1,2,4294967295]}]}");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("UINT32").contains("Java binding cannot pass");
  }

  /** Two floats as their bytes, little-endian. */
  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }

  private static byte[] join(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    Arrays.stream(parts).forEach(all::put);
    return all.array();
  }

  private HttpResponse<byte[]> binary(String model, String head, byte[]... data) {
    byte[] json = head.getBytes(StandardCharsets.UTF_8);
    return served.send(
        served
            .request("/v2/models/" + model + "/infer")
            .header("Inference-Header-Content-Length", Integer.toString(json.length))
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofByteArray(join(json, join(data))))
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void binaryData_goesInAndOut_besideJson() {
    HttpResponse<byte[]> response =
        binary(
            "two",
            """
            {"inputs":[{"name":"a","datatype":"FP32","shape":[2,2],
                        "parameters":{"binary_data_size":16}},
                       {"name":"b","datatype":"FP32","shape":[2,2],"data":[10,20,30,40]}],
             "outputs":[{"name":"sum","parameters":{"binary_data":true}},{"name":"product"}]}
            """,
            floats(1, 2, 3, 4));

    int length =
        Integer.parseInt(
            response.headers().firstValue("Inference-Header-Content-Length").orElseThrow());
    byte[] body = response.body();
    assertThat(response.headers().firstValue("Content-Type")).contains("application/octet-stream");
    assertThat(new String(body, 0, length, StandardCharsets.UTF_8))
        .contains(
            "\"name\":\"sum\",\"datatype\":\"FP32\",\"shape\":[2,2],"
                + "\"parameters\":{\"binary_data_size\":16}}")
        .contains("\"data\":[10.0,40.0,90.0,160.0]");
    assertThat(Arrays.copyOfRange(body, length, body.length)).isEqualTo(floats(11, 22, 33, 44));
  }

  @Test
  void binaryDataOutput_isForAllOutputsThatDoNotSayOtherwise() {
    HttpResponse<byte[]> response =
        binary(
            "two",
            "{\"parameters\":{\"binary_data_output\":true},"
                + INPUTS
                + ",\"outputs\":["
                + "{\"name\":\"product\"},"
                + "{\"name\":\"sum\",\"parameters\":{\"binary_data\":false}}]}");

    String text = new String(response.body(), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("[11.0,22.0,33.0,44.0]").contains("\"binary_data_size\":16");
    assertThat(text).endsWith(new String(floats(10, 40, 90, 160), StandardCharsets.ISO_8859_1));
  }

  @Test
  void binaryTexts_areLengthsAndBytes() {
    byte[] data = {1, 0, 0, 0, 'a', 0, 0, 0, 0, 2, 0, 0, 0, 'b', 'c'};
    HttpResponse<byte[]> response =
        binary(
            "identity-STRING",
            """
            {"inputs":[{"name":"x","datatype":"BYTES","shape":[1,3],
                        "parameters":{"binary_data_size":15}}],
             "parameters":{"binary_data_output":true}}
            """,
            data);

    assertThat(response.statusCode()).isEqualTo(200);
    byte[] body = response.body();
    assertThat(Arrays.copyOfRange(body, body.length - 15, body.length)).isEqualTo(data);
  }

  private static Json json(HttpResponse<String> response) {
    return JsonReader.read("answer", response.body().getBytes(StandardCharsets.UTF_8));
  }
}

package dev.skerry.agent.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.bundle.json.Json;
import dev.skerry.bundle.release.TensorSpec;
import dev.skerry.graph.Bytes;
import dev.skerry.graph.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Json.Obj NONE = Json.object().build();

  private static TensorSpec spec(String name, String kind, Json.Obj processing) {
    return new TensorSpec(name, "FP32", List.of(-1L), kind, processing);
  }

  private static Map<String, Tensor> y(float... values) {
    return Map.of("y", Tensor.ofFloats(new long[] {1, values.length}, values));
  }

  private static boolean agree(String kind, Map<String, Tensor> a, Map<String, Tensor> b) {
    return Agreement.of(List.of(spec("y", kind, NONE))).holds(a, b);
  }

  @Test
  void classification_agreesByTheGreatestScoreOfEachRow() {
    assertThat(agree("classification", y(0.1f, 0.9f), y(0.4f, 0.6f))).isTrue();
    assertThat(agree("classification", y(0.1f, 0.9f), y(0.6f, 0.4f))).isFalse();

    float[] two = {0, 1, 1, 0};
    float[] other = {0, 1, 0, 1};
    Map<String, Tensor> rows = Map.of("y", Tensor.ofFloats(new long[] {2, 2}, two));
    assertThat(agree("classification", rows, rows)).isTrue();
    assertThat(
            agree("classification", rows, Map.of("y", Tensor.ofFloats(new long[] {2, 2}, other))))
        .isFalse();
  }

  @Test
  void classification_withoutANumber_doesNotAgree() {
    assertThat(agree("classification", y(0.1f, 0.9f), y(Float.NaN, Float.NaN))).isFalse();
  }

  @Test
  void numbers_agreeWithinATenthOfTheirLength() {
    for (String kind : List.of("tensor", "embedding", "reconstruction", "unheard-of")) {
      assertThat(agree(kind, y(3, 4), y(3.3f, 4.3f))).as(kind).isTrue();
      assertThat(agree(kind, y(3, 4), y(3.6f, 4))).as(kind).isFalse();
      assertThat(agree(kind, y(3, 4), y(3, Float.NaN))).as(kind).isFalse();
      assertThat(agree(kind, y(0, 0), y(0, 0))).as(kind).isTrue();
      assertThat(agree(kind, y(1, 2), y(1, 2, 3))).as(kind).isFalse();
    }
  }

  @Test
  void describedOutputs_areJudgedAlone() {
    Agreement agreement =
        Agreement.of(List.of(spec("y", "classification", NONE), spec("extra", "tensor", NONE)));

    assertThat(agreement.holds(y(0, 1), y(0, 2))).isTrue();
    assertThat(agreement.holds(y(0, 1), Map.of())).isFalse();
  }

  @Test
  void texts_agreeWhenEqual() {
    TensorSpec spec = new TensorSpec("y", "BYTES", List.of(1L), "tensor", NONE);
    Map<String, Tensor> a =
        Map.of("y", Tensor.ofStrings(new long[] {1}, List.of(Bytes.ofUtf8("a"))));
    Map<String, Tensor> b =
        Map.of("y", Tensor.ofStrings(new long[] {1}, List.of(Bytes.ofUtf8("b"))));

    assertThat(Agreement.of(List.of(spec)).holds(a, a)).isTrue();
    assertThat(Agreement.of(List.of(spec)).holds(a, b)).isFalse();
  }

  private static final Agreement BOXES =
      Agreement.of(
          List.of(
              spec(
                  "scores",
                  "detection",
                  Json.object()
                      .put("boxes", "boxes")
                      .put("labels", Json.texts(List.of("background", "face")))
                      .put("score-threshold", 0.7)
                      .put("iou-threshold", 0.5)
                      .build()),
              spec("boxes", "tensor", NONE)));

  /** One box with the score of a face. */
  private static Map<String, Tensor> face(float score, float x1, float y1, float x2, float y2) {
    return Map.of(
        "scores", Tensor.ofFloats(new long[] {1, 1, 2}, 1 - score, score),
        "boxes", Tensor.ofFloats(new long[] {1, 1, 4}, x1, y1, x2, y2));
  }

  @Test
  void detections_agreeWhenBoxesOverlap() {
    Map<String, Tensor> wanted = face(0.9f, 0.1f, 0.1f, 0.5f, 0.5f);

    assertThat(BOXES.holds(wanted, face(0.8f, 0.12f, 0.1f, 0.5f, 0.5f))).isTrue();
    assertThat(BOXES.holds(wanted, face(0.9f, 0.5f, 0.5f, 0.9f, 0.9f))).as("elsewhere").isFalse();
    assertThat(BOXES.holds(wanted, face(0.1f, 0.1f, 0.1f, 0.5f, 0.5f))).as("missed").isFalse();
    assertThat(BOXES.holds(face(0.1f, 0, 0, 1, 1), wanted)).as("made up").isFalse();
    assertThat(BOXES.holds(face(0.71f, 0, 0, 1, 1), face(0.69f, 0, 0, 1, 1)))
        .as("at the threshold")
        .isTrue();
  }
}

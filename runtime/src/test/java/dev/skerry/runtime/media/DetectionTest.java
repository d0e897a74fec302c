package dev.skerry.runtime.media;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skerry.runtime.describe.OutputSpec;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class DetectionTest {
  private static final OutputSpec FACES =
      new OutputSpec(OutputSpec.Kind.DETECTION, List.of("background", "face"), "boxes", 0.7, 0.5);

  private static Detection box(int classIndex, float x1, float x2) {
    return new Detection(classIndex, 0.9f, x1, 0, x2, 1);
  }

  @Test
  void overlap_isIntersectionOverUnion() {
    assertThat(box(1, 0, 2).overlap(box(1, 1, 3))).isCloseTo(1 / 3.0, Offset.offset(1e-9));
    assertThat(box(1, 0, 1).overlap(box(1, 1, 2))).isZero();
    assertThat(box(1, 0, 1).overlap(box(1, 0, 1))).isEqualTo(1);
    assertThat(box(1, 0, 0).overlap(box(1, 0, 0))).isZero();
  }

  @Test
  void decode_dropsBackgroundWeakAndCoveredBoxes() {
    float[] scores = {0.99f, 0.01f, 0.2f, 0.8f, 0.1f, 0.9f, 0.25f, 0.75f, 0.4f, 0.6f};
    float[] boxes = {
      0, 0, 1, 1, 0, 0, 0.5f, 0.5f, 0, 0, 0.5f, 0.45f, 0.6f, 0.6f, 1, 1, 0.1f, 0.6f, 0.3f, 1
    };

    List<Detection> found = Detection.decode(FACES, scores, boxes);

    assertThat(found).extracting(Detection::score).containsExactly(0.9f, 0.75f);
    assertThat(found).extracting(Detection::classIndex).containsOnly(1);
  }

  @Test
  void matched_needsClassOverlapAndAPartnerOfItsOwn() {
    List<Detection> wanted = List.of(box(1, 0, 10), box(1, 20, 30), box(2, 40, 50));

    assertThat(Detection.matched(wanted, wanted, 0.9)).isEqualTo(3);
    assertThat(Detection.matched(wanted, List.of(box(1, 0, 9.5f), box(1, 20, 28)), 0.9))
        .isEqualTo(1);
    assertThat(Detection.matched(wanted, List.of(box(1, 40, 50)), 0.9)).isZero();
    assertThat(
            Detection.matched(List.of(box(1, 0, 10), box(1, 0, 10)), List.of(box(1, 0, 10)), 0.9))
        .isEqualTo(1);
  }
}

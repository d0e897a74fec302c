package dev.skerry.optimize.simplify;

import static dev.skerry.optimize.simplify.RuleAssert.rule;

import org.junit.jupiter.api.Test;

class FlatRowsTest {
  @Test
  void apply_pixelsOfThree_becomeRows() {
    rule(new FlatRows())
        .firesOn(
            sketch(3)
                .node("Conv", "t w b", "y")
                .ints("strides", 2, 2)
                .ints("pads", 0, 1, 2, 0)
                .output("y"),
            "Reshape",
            "Conv");
  }

  @Test
  void apply_rowsApart_becomeRows() {
    rule(new FlatRows())
        .firesOn(
            sketch(2).node("Conv", "t w b", "y").ints("dilations", 2, 1).output("y"),
            "Reshape",
            "Conv");
  }

  @Test
  void apply_otherConvolutions_doesNotFire() {
    rule(new FlatRows())
        .doesNotFireOn(
            sketch(3).node("Conv", "t w b", "y").ints("dilations", 1, 2).output("y"),
            "pixels apart are no neighbours in memory");
    rule(new FlatRows())
        .doesNotFireOn(sketch(5).node("Conv", "t w b", "y").output("y"), "more than 4 channels");
    rule(new FlatRows())
        .doesNotFireOn(
            sketch(3).node("Conv", "t w b", "y").output("y", "t"), "the planes are wanted");
  }

  private static ModelSketch sketch(int channels) {
    return ModelSketch.opset(13)
        .input("x", "N", 9, 8, channels)
        .node("Transpose", "x", "t")
        .ints("perm", 0, 3, 1, 2)
        .weights("w", 5, channels, 3, 2)
        .weights("b", 5);
  }
}

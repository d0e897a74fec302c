package dev.skerry.optimize.prune;

import dev.skerry.graph.Node;
import dev.skerry.graph.Tensor;
import dev.skerry.optimize.moments.Moments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A layer that sums over channels: each of its outputs is the sum over channels and taps (places of
 * a kernel, or of a picture that was flattened) of a weight times a value.
 *
 * @param value whose channels these are, seen before it was flattened
 * @param axis of the channels in {@code value}
 * @param outStride elements of the weight from one output to the next
 * @param inStride from one channel to the next
 * @param tapStride from one tap to the next
 */
record Consumer(
    WeightedLayer layer,
    String value,
    int axis,
    int outs,
    int channels,
    int taps,
    int outStride,
    int inStride,
    int tapStride) {

  /** The layers of a graph that sum over channels some of which may leave. */
  static List<Consumer> of(Dependencies dependencies) {
    List<Consumer> consumers = new ArrayList<>();
    List<WeightedLayer> layers = WeightedLayer.of(dependencies.graph());
    for (WeightedLayer layer : layers) {
      long same = layers.stream().filter(o -> o.weight().equals(layer.weight())).count();
      boolean sums = layer.inAxis() >= 0 && same == 1;
      if (sums && !dependencies.slots().isFrozen(layer.weight(), layer.inAxis())) {
        Consumer consumer = of(layer, dependencies);
        if (consumer.channels() <= Moments.MAX_SIZE) {
          consumers.add(consumer);
        }
      }
    }
    return consumers;
  }

  private static Consumer of(WeightedLayer layer, Dependencies dependencies) {
    Slots slots = dependencies.slots();
    String x = layer.node().input(0);
    int axis = layer.channelAxis(slots.rank(x));
    long[] dims = slots.dims(layer.weight());
    int outs = (int) dims[layer.outAxis()];
    int ins = (int) dims[layer.inAxis()];
    if (dims.length > 2) {
      int taps = (int) Tensor.elementCount(Arrays.copyOfRange(dims, 2, dims.length));
      int row = (int) dims[1] * taps;
      boolean outsFirst = layer.outAxis() == 0;
      int outStride = outsFirst ? row : taps;
      return new Consumer(layer, x, axis, outs, ins, taps, outStride, outsFirst ? taps : row, 1);
    }
    Optional<String> flattened = flattened(dependencies, x, axis);
    int channels = flattened.map(value -> slots.length(value, 1)).orElse(ins);
    int taps = ins / channels;
    int element = layer.outAxis() == 0 ? 1 : outs;
    int outStride = layer.outAxis() == 0 ? ins : 1;
    return new Consumer(
        layer,
        flattened.orElse(x),
        flattened.isPresent() ? 1 : axis,
        outs,
        channels,
        taps,
        outStride,
        taps * element,
        element);
  }

  /** The value [N, C, ...] that was flattened to the rows of {@code x}. */
  private static Optional<String> flattened(Dependencies dependencies, String x, int axis) {
    Slots slots = dependencies.slots();
    Optional<Node> maker =
        dependencies.graph().nodes().stream()
            .filter(node -> node.outputs().contains(x))
            .filter(node -> node.is("Flatten") || node.is("Reshape"))
            .findFirst();
    if (maker.isEmpty() || slots.rank(maker.get().input(0)) < 3) {
      return Optional.empty();
    }
    String value = maker.get().input(0);
    int length = slots.length(x, axis);
    int channels = slots.length(value, 1);
    for (int i = 0; i < length; i++) {
      boolean same =
          length % channels == 0
              && slots.root(slots.slot(x, axis, i))
                  == slots.root(slots.slot(value, 1, i / (length / channels)));
      if (!same) {
        return Optional.empty();
      }
    }
    return Optional.of(value);
  }

  int at(int out, int channel, int tap) {
    return out * outStride + channel * inStride + tap * tapStride;
  }

  /** The slot that stands for a channel. */
  int root(Slots slots, int channel) {
    int indices = slots.length(layer.weight(), layer.inAxis()) / channels;
    return slots.root(slots.slot(layer.weight(), layer.inAxis(), channel * indices));
  }
}

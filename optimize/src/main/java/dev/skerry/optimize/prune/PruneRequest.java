package dev.skerry.optimize.prune;

import dev.skerry.graph.Model;
import dev.skerry.runtime.describe.ModelDescription;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to prune, on which samples.
 *
 * @param data samples that show activations and gradients, or null
 * @param labels classes of the samples, an {@code .npy}, where the place itself does not tell
 * @param samples at most
 * @param progress told what is done, in a few words
 */
public record PruneRequest(
    ModelDescription description,
    Model model,
    @Nullable Path data,
    @Nullable Path labels,
    int samples,
    Importance importance,
    PruneOptions options,
    Consumer<String> progress) {
  public static final int STANDARD_SAMPLES = 512;
}

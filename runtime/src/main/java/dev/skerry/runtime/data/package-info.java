/**
 * The user's data as what a graph takes: folders, archives and arrays streamed sample by sample.
 *
 * <p>Owns decoding of pictures, sound and arrays, and the preprocessing that {@code model.toml}
 * declares. Laws: order is deterministic; memory does not grow with the number of samples; a sample
 * that cannot be read is an error that names it, never left out in silence.
 */
@NullMarked
package dev.skerry.runtime.data;

import org.jspecify.annotations.NullMarked;

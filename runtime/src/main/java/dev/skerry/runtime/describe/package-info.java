/**
 * What a model is for, in one file: {@code model.toml} read, checked against the graph, guessed
 * when it is missing, and written.
 *
 * <p>Owns the keys of that file and their meaning. Knows nothing of the engine. Laws: unknown keys
 * are errors that name the nearest key; all problems of a file are reported at once; whatever was
 * guessed is said.
 */
@NullMarked
package dev.skerry.runtime.describe;

import org.jspecify.annotations.NullMarked;

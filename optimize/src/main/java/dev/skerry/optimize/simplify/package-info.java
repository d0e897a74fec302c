/**
 * Graph to better graph with the same outputs: one rule per file, applied by one driver.
 *
 * <p>Laws: a rule is stateless and answers for one node; only the driver edits; the names, order
 * and meaning of a graph's inputs and outputs stay; an existing value name never changes meaning.
 * Shapes are observed by running the model, not derived. Adding a rule is one file, one test, one
 * line in {@link dev.skerry.optimize.simplify.Rules}.
 */
@NullMarked
package dev.skerry.optimize.simplify;

import org.jspecify.annotations.NullMarked;

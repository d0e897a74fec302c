/**
 * Structured pruning: whole channels leave a graph, with every constant, attribute and shape that
 * speaks of them, so that any engine runs what is left faster.
 *
 * <p>{@link dev.skerry.optimize.prune.Pruner} is the way in. What must leave together is found by
 * coupling the indices of all axes of all values through the graph (the dependency groups of
 * DepGraph, Fang et al., 2023, index by index). {@link dev.skerry.optimize.prune.Factorizer} keeps
 * the channels and splits layers in two thinner ones.
 */
@NullMarked
package dev.skerry.optimize.prune;

import org.jspecify.annotations.NullMarked;

package dev.skerry.runtime;

/**
 * What one node of the graph that the engine made cost per run.
 *
 * @param node the name in the model, or the engine's own for nodes that it made or that have none
 * @param op the operator that ran, after the engine's fusions, such as {@code FusedConv}
 * @param provider as {@link Provider} names it
 * @param micros time per run, with the nodes inside it (branches, loop bodies), in microseconds
 * @param selfMicros without these
 * @param calls per run; more than one inside loops, less inside branches
 * @param outputBytes of one call's outputs
 */
public record NodeTime(
    String node,
    String op,
    String provider,
    double micros,
    double selfMicros,
    double calls,
    long outputBytes) {}

package dev.skerry.agent.traffic;

import dev.skerry.wire.LatencySketch;
import dev.skerry.wire.QualityRecord.Compared;
import dev.skerry.wire.QualityRecord.Side;
import java.util.Optional;

/**
 * What one activation, or one shadow, of a release came to so far.
 *
 * @param number of the run, from 1 on; anew in each process
 * @param counter of the release
 * @param requests that reached it
 * @param failed of them, by its fault
 * @param latency of those that it answered
 * @param shadow with what it was compared; of a shadow always, of an activation never
 * @param live whether it goes on
 */
public record RunFigures(
    long number,
    long counter,
    Side side,
    long requests,
    long failed,
    LatencySketch latency,
    Optional<Compared> shadow,
    boolean live) {}

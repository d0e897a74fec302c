/**
 * Which nodes of a model should be integers, by measuring: time on this machine, quality on
 * calibration data.
 */
@NullMarked
package dev.skerry.optimize.search;

import org.jspecify.annotations.NullMarked;

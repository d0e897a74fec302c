/**
 * The only owner of ONNX Runtime: sessions, runs, devices, profiles and latency measurements.
 *
 * <p>No other package imports {@code ai.onnxruntime}. Every native thing has one {@link
 * java.lang.AutoCloseable} owner here, counted by {@link dev.skerry.runtime.Engine#liveOwners}.
 */
@org.jspecify.annotations.NullMarked
package dev.skerry.runtime;

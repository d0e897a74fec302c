package dev.skerry.bundle.release;

/**
 * What a variant answers to the golden inputs, and how far a device's answer may be from it.
 *
 * @param values of one output for all samples, as recorded where the release was built
 * @param tolerance largest absolute difference of an element that rounding may cause
 */
public record GoldenOutput(GoldenInputs.Block values, double tolerance) {}

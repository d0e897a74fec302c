package dev.skerry.bundle.pack;

/**
 * How the elements of a weight tensor lie.
 *
 * @param row elements of one output channel: what belongs together, and is repeated
 * @param inner elements of one input channel in a row, such as 9 of a 3x3 kernel
 * @param width elements of a line of the kernel
 */
record Layout(int row, int inner, int width) {}

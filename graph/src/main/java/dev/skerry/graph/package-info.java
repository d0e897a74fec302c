/**
 * The language every other module speaks: ONNX models as immutable flat graphs.
 *
 * <p>Owns reading, writing, checking, printing and comparing of ONNX files. Depends on the JDK
 * alone. Laws: a graph is never edited in place; what Skerry does not model passes through
 * untouched; weights stay in the memory they were mapped to.
 */
@NullMarked
package dev.skerry.graph;

import org.jspecify.annotations.NullMarked;

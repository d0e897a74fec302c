/**
 * Fewer bits per stored weight: integer weights on fewer, more probable levels, chosen so that what
 * a layer gives changes least.
 *
 * <p>Laws: nodes, names, types and shapes stay; only the contents of constants change.
 */
@NullMarked
package dev.skerry.optimize.squeeze;

import org.jspecify.annotations.NullMarked;

/** Requests that cannot be carried out, in words and as a kind. */
@NullMarked
package dev.skerry.fleet.problem;

import org.jspecify.annotations.NullMarked;

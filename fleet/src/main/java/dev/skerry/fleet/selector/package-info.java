/** The language that says which devices are meant, such as {@code site = berlin and not canary}. */
@NullMarked
package dev.skerry.fleet.selector;

import org.jspecify.annotations.NullMarked;

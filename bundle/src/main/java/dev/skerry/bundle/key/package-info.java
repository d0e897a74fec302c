/** Keys: pairs that sign, public halves that verify, and how both are written to files. */
@NullMarked
package dev.skerry.bundle.key;

import org.jspecify.annotations.NullMarked;

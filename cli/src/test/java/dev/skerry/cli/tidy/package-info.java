/** Checks of the repository itself: sizes, arrows between modules, forbidden calls, documents. */
@NullMarked
package dev.skerry.cli.tidy;

import org.jspecify.annotations.NullMarked;

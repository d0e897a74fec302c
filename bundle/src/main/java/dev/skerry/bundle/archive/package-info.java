/** A release as one file, to be carried by hand. */
@NullMarked
package dev.skerry.bundle.archive;

import org.jspecify.annotations.NullMarked;

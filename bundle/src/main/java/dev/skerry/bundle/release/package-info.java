/** Releases: what they hold, how their bytes are shared, and which variant fits a device. */
@NullMarked
package dev.skerry.bundle.release;

import org.jspecify.annotations.NullMarked;

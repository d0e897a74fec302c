/** Releases as the signed repository has them. */
@NullMarked
package dev.skerry.fleet.release;

import org.jspecify.annotations.NullMarked;

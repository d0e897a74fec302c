/** Content named by its SHA-256: stored, found again, and put together to files. */
@NullMarked
package dev.skerry.bundle.blob;

import org.jspecify.annotations.NullMarked;

/**
 * The packed form of model files: lossless entropy coding for the way over the air and for the
 * store.
 */
@NullMarked
package dev.skerry.bundle.pack;

import org.jspecify.annotations.NullMarked;

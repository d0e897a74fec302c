package dev.skerry.bundle.release;

import dev.skerry.bundle.Digest;

/**
 * The packed form of a variant's file, as {@link dev.skerry.bundle.pack.Packer} makes it: another
 * way to the same bytes.
 *
 * @param blob digest of the packed form
 * @param bytes of the packed form
 */
public record PackedFile(Digest blob, long bytes) {}

/**
 * JPEG files to samples, at full size or reduced to a half, a quarter or an eighth while decoding.
 *
 * <p>Owns the format of ITU-T T.81: 8-bit baseline, extended sequential and progressive files with
 * Huffman codes, grey or of three colours. Laws: what is decoded equals libjpeg-turbo's default
 * (accurate integer transform, smooth upsampling of colours); a damaged file is an {@link
 * java.io.IOException}; memory and time are bounded by the sizes in the header.
 */
@NullMarked
package dev.skerry.runtime.media.jpeg;

import org.jspecify.annotations.NullMarked;

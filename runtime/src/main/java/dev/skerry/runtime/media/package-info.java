/**
 * From files to tensors and from tensors to answers: pictures and recordings as what a graph takes,
 * and what the graph gives as labels with scores or as boxes.
 *
 * <p>Owns decoding, resizing, sound features and the decoding of detections, all of it as {@code
 * model.toml} declares. Laws: a file that is damaged, of the wrong kind or too large is an error
 * that names it; what is not fully declared is taken as the file stores it.
 */
@NullMarked
package dev.skerry.runtime.media;

import org.jspecify.annotations.NullMarked;

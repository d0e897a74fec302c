package dev.skerry.optimize.squeeze;

import dev.skerry.graph.Model;

/**
 * A model with fewer bits per weight.
 *
 * @param bitsPerWeight estimated of its integer weights as an adaptive coder packs them; 0 when
 *     there are none
 * @param bitsBefore the same of the model that it was made from
 */
public record Squeezed(Model model, double bitsPerWeight, double bitsBefore) {}

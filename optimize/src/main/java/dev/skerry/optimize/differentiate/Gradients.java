package dev.skerry.optimize.differentiate;

import dev.skerry.graph.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A model that computes gradients besides its outputs, for inputs of the shapes that it was made
 * with.
 *
 * @param model the forward graph and, behind it, the backward pass; gives the gradients as outputs
 * @param names the output that holds the gradient, by parameter; of the parameter's shape
 */
public record Gradients(Model model, SequencedMap<String, String> names) {
  public Gradients {
    names = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(names));
  }
}

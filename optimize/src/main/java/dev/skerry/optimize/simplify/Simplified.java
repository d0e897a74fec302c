package dev.skerry.optimize.simplify;

import dev.skerry.graph.Model;

/** A simplified model, and what was done to get it. */
public record Simplified(Model model, PassReport report) {}

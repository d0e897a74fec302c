package dev.skerry.agent.traffic;

import dev.skerry.agent.engine.LoadedModel;
import dev.skerry.bundle.release.Receipt;
import dev.skerry.bundle.release.Release;
import dev.skerry.bundle.release.Variant;

/** A variant of a verified release, loaded and ready to serve. */
public record Running(Receipt receipt, Release release, Variant variant, LoadedModel model) {}

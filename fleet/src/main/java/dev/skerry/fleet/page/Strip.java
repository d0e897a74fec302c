package dev.skerry.fleet.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A whole as one strip of parts, with a legend below.
 *
 * @param title what is divided, for the eye and for readers who cannot see it
 */
record Strip(String title, List<Part> parts) {
  Strip {
    parts = List.copyOf(parts);
  }

  /**
   * One part.
   *
   * @param style class that colours it
   */
  record Part(String label, long amount, String style) {
    String figure() {
      return Words.grouped(amount);
    }
  }

  /** A part as it is drawn: where it begins and how wide it is, in percent of the strip. */
  record Block(Part part, String start, String width) {}

  boolean isEmpty() {
    return parts.stream().noneMatch(part -> part.amount() > 0);
  }

  /** The parts that have a width. */
  List<Block> blocks() {
    double whole = parts.stream().mapToLong(Part::amount).sum();
    List<Block> blocks = new ArrayList<>();
    double start = 0;
    for (Part part : parts) {
      double width = whole > 0 ? 100 * part.amount() / whole : 0;
      if (width > 0) {
        blocks.add(new Block(part, percent(start), percent(width)));
      }
      start += width;
    }
    return blocks;
  }

  /** The strip in words. */
  String spoken() {
    return title
        + ": "
        + parts.stream()
            .map(part -> part.figure() + " " + part.label())
            .collect(Collectors.joining(", "));
  }

  static String percent(double value) {
    return String.format(Locale.ROOT, "%.3f%%", value);
  }
}

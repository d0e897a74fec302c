package dev.skerry.cli.report;

import java.util.List;
import java.util.stream.Collectors;

/** A whole as one strip of parts, with a legend below. */
record ShareStrip(String title, List<Part> parts) {
  /**
   * One part.
   *
   * @param style class that colours it
   * @param amount in any unit, the same for all parts
   */
  record Part(String label, String figure, String style, double amount) {}

  Html render() {
    double whole = parts.stream().mapToDouble(Part::amount).sum();
    List<Html> blocks = new java.util.ArrayList<>();
    double start = 0;
    for (Part part : parts) {
      double share = whole > 0 ? part.amount() / whole * 100 : 0;
      blocks.add(
          Html.of(
              """
              <rect class="bar {}" x="{}%" y="0" width="{}%" height="26">\
              <title>{}: {}</title></rect>\
              """,
              part.style(),
              Phrases.decimals(start, 3),
              Phrases.decimals(share, 3),
              part.label(),
              part.figure()));
      start += share;
    }
    String spoken =
        parts.stream()
            .map(part -> part.label() + " " + part.figure())
            .collect(Collectors.joining(", "));
    return Html.of(
        """
        <figure class="plot strip">
        <figcaption>{}</figcaption>
        <svg role="img" aria-label="{}" width="100%" height="26">{}</svg>
        <ul class="legend">{}</ul>
        </figure>\
        """,
        title,
        title + ": " + spoken,
        Html.lines(blocks),
        parts.stream().map(ShareStrip::entry).collect(Html.joined("")));
  }

  private static Html entry(Part part) {
    return Html.of(
        "<li><i class=\"swatch {}\"></i>{} <b>{}</b></li>",
        part.style(),
        part.label(),
        part.figure());
  }
}

package dev.skerry.fleet.page;

/**
 * A state in a word or two.
 *
 * @param word such as {@code running}
 */
record Badge(String word, Tone tone) {}

package dev.skerry.fleet.page;

/** A page that says what is the matter and what to do: not found, not allowed, failed. */
record MessageView(String title, String text) {}

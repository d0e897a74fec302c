package dev.skerry.fleet.page;

import java.util.Map;

/** Something in a form cannot be understood: what, by field. */
final class FormException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Map<String, String> problems;

  FormException(Map<String, String> problems) {
    super("the form has problems: " + problems);
    this.problems = Map.copyOf(problems);
  }

  Map<String, String> problems() {
    return problems;
  }
}

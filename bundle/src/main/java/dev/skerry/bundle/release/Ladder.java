package dev.skerry.bundle.release;

import java.util.List;

/**
 * The variants of one target, best accuracy first, each cheaper than the one above.
 *
 * @param needs what a device must be like to be of this target's class
 */
public record Ladder(String target, Needs needs, List<Variant> variants) {
  /** The architecture of classes that do not depend on it. */
  public static final String ANY = "any";

  /** The execution provider that every engine has. */
  public static final String CPU = "cpu";

  public Ladder {
    variants = List.copyOf(variants);
  }

  /**
   * The class of hardware that a target describes.
   *
   * @param architecture {@code x86-64}, {@code arm64} or {@code any}
   * @param all instruction sets that must be there
   * @param oneOf of these at least one, when there are any
   * @param none of these
   * @param providers of the engine, in order of preference
   */
  public record Needs(
      String architecture,
      List<String> all,
      List<String> oneOf,
      List<String> none,
      List<String> providers) {
    public Needs {
      all = List.copyOf(all);
      oneOf = List.copyOf(oneOf);
      none = List.copyOf(none);
      providers = List.copyOf(providers);
    }
  }
}

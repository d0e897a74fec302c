package dev.skerry.cli.repo;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.key.KeyFolder;
import dev.skerry.bundle.key.Passphrase;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A passphrase from a file (or a file descriptor, as {@code /dev/fd/3}), from the environment, or
 * from a person at the terminal, in this order.
 */
public final class Passphrases implements Passphrase {
  /** The variable of the environment. */
  public static final String VARIABLE = "SKERRY_PASSPHRASE";

  private static final int LEAST_CHARACTERS = 8;

  private final @Nullable Path file;
  private final Map<String, String> environment;

  public Passphrases(@Nullable Path file, Map<String, String> environment) {
    this.file = file;
    this.environment = environment;
  }

  @Override
  public char[] ask(String purpose, boolean isNew) {
    char[] found = find(purpose, isNew);
    if (isNew && found.length < LEAST_CHARACTERS) {
      throw new BundleException(
          "the passphrase %s has %d characters, at least %d were expected"
              .formatted(purpose, found.length, LEAST_CHARACTERS));
    }
    return found;
  }

  private char[] find(String purpose, boolean isNew) {
    if (file != null) {
      return read(file);
    }
    String variable = environment.get(VARIABLE);
    if (variable != null) {
      return variable.toCharArray();
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw new BundleException(
          "there is no passphrase %s: set %s, give --passphrase-file, or run this at a terminal"
              .formatted(purpose, VARIABLE));
    }
    return prompt(console, purpose, isNew);
  }

  private static char[] read(Path file) {
    try {
      if (Files.isRegularFile(file)) {
        KeyFolder.requirePrivate(file, "600");
      }
      return Files.readString(file).stripTrailing().toCharArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static char[] prompt(Console console, String purpose, boolean isNew) {
    char[] first = console.readPassword("%s ", "Passphrase " + purpose + ":");
    if (first == null) {
      throw new BundleException("no passphrase was typed");
    }
    if (isNew && !Arrays.equals(first, console.readPassword("%s ", "Once more:"))) {
      throw new BundleException("the two passphrases differ; nothing was changed");
    }
    return first;
  }
}

package dev.skerry.bundle.key;

/** Where passphrases come from. Never a command line: other users of the machine could see it. */
@FunctionalInterface
public interface Passphrase {
  /**
   * @param purpose for a prompt: what is encrypted or decrypted
   * @param isNew whether it is being chosen, so that a person types it twice
   * @throws dev.skerry.bundle.BundleException if there is none
   */
  char[] ask(String purpose, boolean isNew);
}

package dev.skerry.cli.repo;

import dev.skerry.bundle.key.KeyScheme;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Names of key types on the command line, such as {@code ed25519+ml-dsa-65}. */
record KeyTypes(List<KeyScheme> schemes) {
  KeyTypes {
    schemes = List.copyOf(schemes);
  }

  static final class Converter implements ITypeConverter<KeyTypes> {
    @Override
    public KeyTypes convert(String value) {
      return new KeyTypes(Arrays.stream(value.split("\\+", -1)).map(Converter::scheme).toList());
    }

    private static KeyScheme scheme(String name) {
      return switch (name) {
        case "ed25519" -> KeyScheme.ED25519;
        case "ecdsa" -> KeyScheme.ECDSA_P256;
        case "ml-dsa-65" -> KeyScheme.ML_DSA_65;
        default ->
            throw new TypeConversionException(
                "'%s' is no type of key; ed25519, ecdsa, ml-dsa-65 or several with '+' were expected"
                    .formatted(name));
      };
    }
  }
}

package dev.skerry.optimize.target;

import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import dev.skerry.optimize.quantize.IntegerType;
import dev.skerry.runtime.describe.DescriptionTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A described class of hardware, read from a TOML file that users can write as well.
 *
 * @param architecture as {@code os.arch} normalised: {@code x86-64}, {@code arm64}, or {@code any}
 * @param needs CPU features that a machine of this class has, all of them
 * @param needsOneOf CPU features of which a machine of this class has at least one, unless empty
 * @param lacks CPU features that a machine of this class does not have
 * @param form what variants are made of
 * @param activations grid of quantized activations
 * @param weights grid of quantized weights
 * @param depthwise whether depthwise convolutions are integers where that cannot be measured
 * @param providers execution providers, the preferred first
 */
public record Target(
    String name,
    String description,
    String architecture,
    List<String> needs,
    List<String> needsOneOf,
    List<String> lacks,
    Form form,
    IntegerType activations,
    IntegerType weights,
    Depthwise depthwise,
    List<String> providers) {

  /** Targets that come with Skerry, in the order in which they are shown. */
  public static final List<String> BUILT_IN =
      List.of("x86-64-vnni", "x86-64-v3", "arm64-dot", "arm64", "gpu-fp16", "webgpu", "generic");

  /** What the weights and activations of a variant are. */
  public enum Form {
    /** Integers where that is faster, float elsewhere. */
    INT8,
    /** Matrix products and recurrent layers on integers, activations quantized as they come. */
    DYNAMIC_INT8,
    /** Matrix products with 8-bit weights in blocks. */
    INT8_WEIGHTS,
    /** Matrix products with 4-bit weights in blocks. */
    INT4_WEIGHTS,
    /** Half precision throughout. */
    FLOAT16,
    /** Float as trained, simplified. */
    FLOAT
  }

  /** What happens to depthwise convolutions when this machine is not of the target's class. */
  public enum Depthwise {
    INT8,
    FLOAT
  }

  public Target {
    needs = List.copyOf(needs);
    needsOneOf = List.copyOf(needsOneOf);
    lacks = List.copyOf(lacks);
    providers = List.copyOf(providers);
  }

  /** The built-in target of this name, or the one in the TOML file that {@code nameOrFile} is. */
  public static Target of(String nameOrFile) {
    if (BUILT_IN.contains(nameOrFile)) {
      return read("target " + nameOrFile, builtIn(nameOrFile));
    }
    if (!nameOrFile.endsWith(".toml")) {
      throw new SkerryException(
          ErrorCode.USAGE,
          "there is no target '%s'; there are %s, or give the path of a target's .toml file"
              .formatted(nameOrFile, String.join(", ", BUILT_IN)));
    }
    try {
      return read(nameOrFile, Files.readString(Path.of(nameOrFile)));
    } catch (IOException unreadable) {
      throw new SkerryException(
          ErrorCode.BAD_FILE,
          "cannot read the target " + nameOrFile + ": " + unreadable + "; check the path",
          unreadable);
    }
  }

  private static String builtIn(String name) {
    try (InputStream in = Target.class.getResourceAsStream(name + ".toml")) {
      if (in == null) {
        throw new IllegalStateException("no resource for target " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("resource of target " + name + " is unreadable", e);
    }
  }

  private static Target read(String origin, String toml) {
    return DescriptionTable.read(origin, toml, Target::from);
  }

  private static Target from(DescriptionTable table) {
    DescriptionTable machine = table.table("machine");
    DescriptionTable variant = table.table("variant");
    Target target =
        new Target(
            table.requiredText("name", "my-board"),
            table.text("description", ""),
            machine.text("architecture", "any"),
            machine.texts("needs"),
            machine.texts("needs-one-of"),
            machine.texts("lacks"),
            variant.choice("form", Form.values(), Form.INT8),
            variant.choice("activations", activationTypes(), IntegerType.UINT8),
            variant.choice("weights", weightTypes(), IntegerType.INT8_SYMMETRIC),
            variant.choice("depthwise", Depthwise.values(), Depthwise.INT8),
            providers(machine));
    machine.finish();
    variant.finish();
    return target;
  }

  private static IntegerType[] activationTypes() {
    return new IntegerType[] {IntegerType.UINT8, IntegerType.INT8};
  }

  private static IntegerType[] weightTypes() {
    return new IntegerType[] {IntegerType.INT8_SYMMETRIC, IntegerType.INT7_SYMMETRIC};
  }

  private static List<String> providers(DescriptionTable machine) {
    List<String> given = machine.texts("providers");
    return given.isEmpty() ? List.of("cpu") : given;
  }

  /** Whether {@code machine} is of this class, so that times measured on it are this target's. */
  public boolean includes(Machine machine) {
    return (architecture.equals("any") || architecture.equals(machine.architecture()))
        && machine.features().containsAll(needs)
        && (needsOneOf.isEmpty() || needsOneOf.stream().anyMatch(machine.features()::contains))
        && lacks.stream().noneMatch(machine.features()::contains)
        && providers.getFirst().toLowerCase(Locale.ROOT).equals("cpu");
  }
}

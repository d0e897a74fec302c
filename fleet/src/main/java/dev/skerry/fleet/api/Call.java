package dev.skerry.fleet.api;

import dev.skerry.bundle.BundleException;
import dev.skerry.bundle.json.JsonObject;
import dev.skerry.fleet.access.Principal;
import dev.skerry.fleet.device.Devices;
import dev.skerry.fleet.problem.FleetException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One request to an endpoint, after it is known who asks and that they may.
 *
 * @param method in capital letters
 * @param path as it was asked for, decoded
 * @param names the parts of the path that the endpoint leaves open, decoded
 * @param query first value of each parameter, decoded
 * @param headers by lower-case name
 * @param principal the person or program; present unless the audience is anyone or devices
 * @param device present when the audience is devices
 * @param address of the caller
 * @param reader reads the body, within the endpoint's limit
 */
public record Call(
    String method,
    String path,
    Map<String, String> names,
    Map<String, String> query,
    Map<String, String> headers,
    Optional<Principal> principal,
    Optional<Devices.Caller> device,
    String address,
    Supplier<byte[]> reader) {
  /** A part of the path that the endpoint leaves open. */
  public String name(String part) {
    String found = names.get(part);
    if (found == null) {
      throw new IllegalStateException("the path has no part '%s'".formatted(part));
    }
    return found;
  }

  public String query(String parameter, String otherwise) {
    return query.getOrDefault(parameter, otherwise);
  }

  /**
   * A number of the query.
   *
   * @throws FleetException BAD_REQUEST if it is none between the bounds
   */
  public long query(String parameter, long otherwise, long least, long most) {
    String text = query.get(parameter);
    if (text == null) {
      return otherwise;
    }
    try {
      long found = Long.parseLong(text);
      if (found >= least && found <= most) {
        return found;
      }
    } catch (NumberFormatException e) {
      // said below, as for a number out of bounds
    }
    throw FleetException.badRequest(
        "%s is '%s', a number from %d to %d was expected".formatted(parameter, text, least, most));
  }

  /** A number in the path, such as a rollout's id; NOT_FOUND when it is none. */
  public long number(String part) {
    try {
      return Long.parseLong(name(part));
    } catch (NumberFormatException e) {
      throw new FleetException(
          FleetException.Kind.NOT_FOUND, "there is no '%s'".formatted(name(part)), e);
    }
  }

  /**
   * The body as JSON.
   *
   * @throws BundleException if it is something else
   */
  public JsonObject json() {
    return Bodies.json(reader.get());
  }

  /** Who the audit log names. */
  public String who() {
    return principal.map(Principal::name).orElse("nobody");
  }

  /** The person or program, where the audience guarantees one. */
  public Principal person() {
    return principal.orElseThrow();
  }

  /** The device, where the audience guarantees one. */
  public Devices.Caller caller() {
    return device.orElseThrow();
  }
}

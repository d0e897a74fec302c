package dev.skerry.runtime;

import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtHardwareDevice;
import dev.skerry.graph.ErrorCode;
import dev.skerry.graph.SkerryException;
import java.util.List;
import java.util.Locale;

/** The hardware that the engine found on this machine. */
public final class Devices {
  private Devices() {}

  /**
   * Every pair of provider and hardware, the engine's built-in ones and those of loaded plugins.
   */
  public static List<Device> list() {
    try {
      return Engine.environment().getEpDevices().stream().map(Devices::device).toList();
    } catch (OrtException e) {
      throw new SkerryException(
          ErrorCode.ENGINE, "ONNX Runtime cannot list devices: " + EngineErrors.clean(e), e);
    }
  }

  private static Device device(OrtEpDevice found) {
    OrtHardwareDevice hardware = found.getDevice();
    return new Device(
        Provider.shortName(found.getEpName()),
        hardware.getType().name().toLowerCase(Locale.ROOT),
        hardware.getVendor(),
        hardware.getMetadata());
  }
}

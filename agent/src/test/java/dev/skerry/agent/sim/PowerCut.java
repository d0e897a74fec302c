package dev.skerry.agent.sim;

/** The device lost power; an error, so that nothing in it can catch and go on. */
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1L;

  PowerCut(String operation) {
    super("power was cut at " + operation);
  }
}

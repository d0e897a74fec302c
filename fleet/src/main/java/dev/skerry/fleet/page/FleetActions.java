package dev.skerry.fleet.page;

import dev.skerry.fleet.access.Principal;
import dev.skerry.fleet.problem.FleetException;

/**
 * What forms ask for. Each is done as the one who asks, and kept in the audit log; what cannot be
 * done is a {@link FleetException}.
 */
interface FleetActions {
  void setLabel(Principal who, String device, String name, String value);

  void removeLabel(Principal who, String device, String name);

  /**
   * Starts a rollout.
   *
   * @return its number
   * @throws FormException if something in the form cannot be understood
   */
  long start(Principal who, String model, long counter, ReleaseView.RolloutForm form);

  /**
   * Steers a rollout.
   *
   * @param reason why, as typed; may be empty
   */
  void steer(Principal who, long rollout, RolloutView.Action action, String reason);
}

package dev.skerry.agent.sim;

import dev.skerry.agent.schedule.Scheduler;
import dev.skerry.agent.schedule.Turns;
import dev.skerry.agent.traffic.Running;
import dev.skerry.agent.traffic.Traffic;
import dev.skerry.runtime.RunStop;
import java.util.Optional;
import java.util.OptionalDouble;

/** Live requests that are answered as the models' behaviour says. */
public final class SimulatedTraffic implements Traffic {
  private Optional<Running> active = Optional.empty();
  private Optional<Running> shadow = Optional.empty();
  private double requests;
  private double failed;
  private double compared;
  private double agreed;
  private double shadowFailed;
  private Optional<Running> failing = Optional.empty();

  private double assumedCostMicros;

  /** What a run of the active model is taken to cost at most. */
  public double assumedCostMicros() {
    return assumedCostMicros;
  }

  @Override
  public Turns turns() {
    return new Turns() {
      @Override
      public <T> T take(Scheduler.Work<T> work) {
        return work.run(new RunStop());
      }

      @Override
      public void assume(double costMicros, OptionalDouble longestNodeMicros) {
        assumedCostMicros = costMicros;
      }
    };
  }

  /** What is active now fails every request from now on. */
  public void failFromNowOn() {
    failing = active;
  }

  private static Behaviour behaviour(Running running) {
    return ((SimulatedEngine.SimulatedModel) running.model()).behaviour();
  }

  private static double micros(Optional<Running> running) {
    return running
        .map(SimulatedTraffic::behaviour)
        .map(does -> does.micros() * does.slowdown())
        .orElse(0.0);
  }

  /** This many requests come and are answered. */
  public void serve(double count) {
    if (active.isEmpty()) {
      return;
    }
    requests += count;
    failed += count * (failing.equals(active) ? 1 : behaviour(active.get()).fails());
    if (shadow.isPresent()) {
      double fails = count * behaviour(shadow.get()).fails();
      double differs =
          Math.max(behaviour(active.get()).differs(), behaviour(shadow.get()).differs());
      shadowFailed += fails;
      compared += count - fails;
      agreed += (count - fails) * (1 - differs);
    }
  }

  @Override
  public void activate(Running next) {
    behaviour(next);
    active = Optional.of(next);
    requests = 0;
    failed = 0;
  }

  @Override
  public Optional<Running> active() {
    return active;
  }

  @Override
  public int inFlight(Running retired) {
    return 0;
  }

  @Override
  public void shadow(Running candidate, double share) {
    behaviour(candidate);
    shadow = Optional.of(candidate);
    compared = 0;
    agreed = 0;
    shadowFailed = 0;
  }

  @Override
  public void endShadow() {
    shadow = Optional.empty();
  }

  @Override
  public Shadowed shadowed() {
    return new Shadowed(
        (long) compared,
        (long) Math.ceil(agreed),
        (long) shadowFailed,
        micros(active),
        micros(shadow));
  }

  @Override
  public Served served() {
    return new Served((long) requests, (long) failed, micros(active), micros(active));
  }
}

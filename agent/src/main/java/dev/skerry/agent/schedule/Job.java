package dev.skerry.agent.schedule;

/** One request on its way through the scheduler. Guarded by the scheduler's lock. */
final class Job {
  /** Where a request stands. */
  enum State {
    /** In the queue. */
    WAITING,
    /** Has its cores. */
    RUNNING,
    /** Still has its cores, and was asked to give them back. */
    STOPPING,
    /** Will not be run; {@link #refusal} says why. */
    REFUSED,
    /** Done with. */
    ENDED
  }

  /** Told at each decision, under the scheduler's lock. */
  interface Owner {
    /** Its state is another one now. */
    void changed();
  }

  static final long NEVER = Long.MAX_VALUE;

  final ScheduledModel model;
  private final Owner owner;

  /** When the request came; nanoseconds, never negative. */
  long arrival;

  /** When it should be answered; {@link #NEVER} without a deadline. */
  long deadline = NEVER;

  /** How often it was stopped for another. */
  int restarts;

  /** When the run in progress began. */
  long started;

  State state = State.ENDED;
  String refusal = "";

  Job(ScheduledModel model, Owner owner) {
    this.model = model;
    this.owner = owner;
  }

  /** Makes it the model's next request, not taken in yet. */
  void begin(long now, long due) {
    arrival = now;
    deadline = due;
    restarts = 0;
    state = State.WAITING;
  }

  Terms terms() {
    return model.terms();
  }

  /** Whether its cores are counted apart from those of others, if the rules say so. */
  boolean isYielding() {
    return model.kind == ScheduledModel.Kind.YIELDING;
  }

  /** Whether its caller would rather wait than be refused. */
  boolean isPatient() {
    return model.kind == ScheduledModel.Kind.PATIENT;
  }

  void become(State next) {
    state = next;
    owner.changed();
  }
}

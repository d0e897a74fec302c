package dev.skerry.cli.scenario;

/**
 * One request as it went; nanoseconds from the arm's beginning.
 *
 * @param intended when it should have been sent, from which its latency counts
 * @param began when its last run began; 0 if it never ran
 * @param ended when it was answered or refused
 */
record Request(long intended, long began, long ended, boolean refused) {
  long latency() {
    return ended - intended;
  }
}

package dev.skerry.agent.update;

import java.util.Locale;

/** What happens in a device's life with one model. */
public enum Event {
  /** Signed metadata names a newer release, and a variant of it fits. */
  FOUND,
  /** A newer release has no variant for this device, or cannot be read. */
  UNFIT,
  /** All blobs are on disk. */
  FETCHED,
  /** The candidate's manifest is damaged on disk and has to be fetched again. */
  FORGOT,
  /** The file is installed and has the digest that was signed. */
  ASSEMBLED,
  /** The file came out wrong; its blobs are fetched again. */
  DAMAGED,
  /** The candidate loads, answers as it should and is fast and small enough. */
  PASSED,
  /** Likewise, and there is nothing that it could shadow. */
  PASSED_ALONE,
  /** This variant takes too much of the device; the next one down the ladder is tried. */
  STEPPED_DOWN,
  /** One backend was tried; another is to be, or was found to be the best. */
  TRIED,
  /** The candidate does not load, answers wrongly, or takes too much. */
  FAILED,
  /** Enough live requests were answered alike and fast enough. */
  AGREED,
  /** Live requests were answered otherwise, too slowly, or not at all. */
  DISAGREED,
  /** Probation is over and nothing was wrong. */
  HELD,
  /** The new release fails requests, is slow, or answers otherwise than the one before. */
  DISAPPOINTED,
  /** It disappointed, and there is no release that may serve in its place. */
  KEPT,
  /** Somebody ordered the release before back. */
  ORDERED_BACK,
  /** The goal is the release before, which waits in the fallback slot. */
  RECALLED,
  /** The goal is not the candidate any more; that is dropped and may be wanted again. */
  WITHDRAWN,
  /** The security floor was raised above the candidate. */
  BANNED,
  /** The device restarted too often without getting further. */
  WORN_OUT,
  /** The active release's file was damaged on disk. */
  LOST,
  /** The process started. */
  RESTARTED,
  /** What the state stands for is done. */
  DONE;

  /** As in messages and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

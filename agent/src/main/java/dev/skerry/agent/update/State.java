package dev.skerry.agent.update;

import java.util.Locale;

/**
 * Where a device is in its life with one model; the order is that of an update. Written to disk
 * before what it stands for is done.
 */
public enum State {
  /** Nothing is on its way; the active release serves, if there is one. */
  IDLE,
  /** The candidate's blobs are being fetched. */
  DOWNLOADING,
  /** The candidate's file is put together and its digest checked. */
  VERIFYING,
  /** The candidate is loaded, answers the golden inputs, and is measured. */
  VALIDATING,
  /** The candidate runs beside the active release on live requests. */
  SHADOW,
  /** The new release serves and is watched; the one before waits, loaded. */
  PROBATION,
  /** The new release stays; what nobody needs any more is deleted. */
  COMMITTED,
  /** The release before serves again. */
  RETURNING,
  /** The candidate is not tried again; what it brought is deleted. */
  REFUSED;

  /** As in messages and JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}

/** A repository as a device reaches it, as a port, so that tests can cut, stall and corrupt it. */
@NullMarked
package dev.skerry.bundle.net;

import org.jspecify.annotations.NullMarked;

/** The disk as a port, so that tests can cut its power, tear its writes and fill it up. */
@NullMarked
package dev.skerry.bundle.disk;

import org.jspecify.annotations.NullMarked;

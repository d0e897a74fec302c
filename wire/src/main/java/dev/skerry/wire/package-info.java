/** Every message between a device and its fleet: records, and how they are written as JSON. */
@NullMarked
package dev.skerry.wire;

import org.jspecify.annotations.NullMarked;

/** The Update Framework 1.0.34: which releases there are, and why a device may believe it. */
@NullMarked
package dev.skerry.bundle.tuf;

import org.jspecify.annotations.NullMarked;

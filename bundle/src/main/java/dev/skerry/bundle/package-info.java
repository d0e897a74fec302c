/**
 * Releases and the trust in them: what a signed release holds, how its bytes are named and stored,
 * and how they are verified. This module parses no models and uses nothing but the JDK.
 */
@NullMarked
package dev.skerry.bundle;

import org.jspecify.annotations.NullMarked;

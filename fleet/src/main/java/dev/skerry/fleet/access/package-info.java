/** Who may do what: tokens, scopes, limits, and the record of every change. */
@NullMarked
package dev.skerry.fleet.access;

import org.jspecify.annotations.NullMarked;

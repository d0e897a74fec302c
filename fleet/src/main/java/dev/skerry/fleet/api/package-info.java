/** The HTTP interface: one table of endpoints that routes requests and describes itself. */
@NullMarked
package dev.skerry.fleet.api;

import org.jspecify.annotations.NullMarked;

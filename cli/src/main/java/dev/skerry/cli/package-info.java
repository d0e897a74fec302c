/**
 * The {@code skerry} command: one class per command, and the only wiring of the other modules.
 *
 * <p>Nothing else writes to the standard streams or ends the process.
 */
@NullMarked
package dev.skerry.cli;

import org.jspecify.annotations.NullMarked;

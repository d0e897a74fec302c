/**
 * The dashboard: pages that people steer the fleet with.
 *
 * <p>A page is a pure function of a view record, which says just what the page needs; {@link
 * dev.skerry.fleet.page.FleetViews} fills the records, {@link dev.skerry.fleet.page.FleetActions}
 * does what forms ask for. Templates are compiled with the code, everything that a page loads comes
 * from this process, and no page has a script of its own.
 */
@NullMarked
package dev.skerry.fleet.page;

import org.jspecify.annotations.NullMarked;

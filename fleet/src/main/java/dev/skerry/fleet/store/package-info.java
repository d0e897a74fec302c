/** The database of the fleet: one set of SQL on SQLite and on PostgreSQL. */
@NullMarked
package dev.skerry.fleet.store;

import org.jspecify.annotations.NullMarked;

/** The facts of an optimization as one self-contained HTML page and as JSON. */
@NullMarked
package dev.skerry.cli.report;

import org.jspecify.annotations.NullMarked;

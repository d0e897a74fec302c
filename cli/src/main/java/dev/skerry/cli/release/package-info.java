/** Makes releases of variants, and looks into them. */
@NullMarked
package dev.skerry.cli.release;

import org.jspecify.annotations.NullMarked;

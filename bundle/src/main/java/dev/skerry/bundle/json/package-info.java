/** JSON (RFC 8259) as plain values, read strictly and written the same way every time. */
@NullMarked
package dev.skerry.bundle.json;

import org.jspecify.annotations.NullMarked;

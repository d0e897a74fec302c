/** What {@code skerry inspect} tells about a model. Loads no engine and reads no weights. */
@NullMarked
package dev.skerry.cli.inspect;

import org.jspecify.annotations.NullMarked;

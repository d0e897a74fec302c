/** What {@code skerry bench} and {@code skerry compare} measure, and how they say it. */
@NullMarked
package dev.skerry.cli.bench;

import org.jspecify.annotations.NullMarked;

/** What a person sees: streams, colours, tables, progress. Knows nothing of models. */
@NullMarked
package dev.skerry.cli.terminal;

import org.jspecify.annotations.NullMarked;

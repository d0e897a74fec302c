/** The control plane's commands: running it, and talking to one that runs. */
@NullMarked
package dev.skerry.cli.fleet;

import org.jspecify.annotations.NullMarked;

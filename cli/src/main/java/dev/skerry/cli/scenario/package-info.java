/** Several models under load at once, on one device, under one policy after another. */
@NullMarked
package dev.skerry.cli.scenario;

import org.jspecify.annotations.NullMarked;

/** The example that needs no download: a bearing-fault detector and its vibration recordings. */
@NullMarked
package dev.skerry.cli.sample;

import org.jspecify.annotations.NullMarked;

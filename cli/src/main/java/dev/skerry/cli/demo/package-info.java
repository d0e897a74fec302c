/** One machine plays fleet and devices: three versions of a model, rolled out behind gates. */
@NullMarked
package dev.skerry.cli.demo;

import org.jspecify.annotations.NullMarked;

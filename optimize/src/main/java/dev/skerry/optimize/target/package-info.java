/** Classes of hardware as data: what a variant may use, and whether this machine can measure it. */
@NullMarked
package dev.skerry.optimize.target;

import org.jspecify.annotations.NullMarked;

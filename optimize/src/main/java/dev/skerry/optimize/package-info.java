@NullMarked
package dev.skerry.optimize;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.skerry.testkit;

import org.jspecify.annotations.NullMarked;

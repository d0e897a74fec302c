@NullMarked
package dev.skerry.cli.repo;

import org.jspecify.annotations.NullMarked;

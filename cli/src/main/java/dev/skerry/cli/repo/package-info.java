/** {@code skerry repo} and {@code skerry tuf-client}: repositories of signed releases. */
@NullMarked
package dev.skerry.cli.repo;

import org.jspecify.annotations.NullMarked;

/** {@code agent.toml}: what the owner of a device decides. */
@NullMarked
package dev.skerry.agent.config;

import org.jspecify.annotations.NullMarked;

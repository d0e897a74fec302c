/**
 * What {@code skerry doctor} looks for. A check is one class and one line in {@link
 * dev.skerry.cli.doctor.Doctor}'s lists; it reads and never changes what it looks at.
 */
@NullMarked
package dev.skerry.cli.doctor;

import org.jspecify.annotations.NullMarked;

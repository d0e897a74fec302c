package dev.skerry.fleet.access;

/**
 * A person or program whose token was checked.
 *
 * @param name that the audit log has
 * @param token id of the access token
 */
public record Principal(String name, Scope scope, String token) {}

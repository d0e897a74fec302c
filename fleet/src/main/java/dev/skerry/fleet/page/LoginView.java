package dev.skerry.fleet.page;

/**
 * What the login page says.
 *
 * @param problem why the last try failed, empty when there was none
 * @param next where to go afterwards
 */
record LoginView(String problem, String next) {}

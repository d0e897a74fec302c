package dev.skerry.fleet.page;

/**
 * What a person is asked before a rollout goes back.
 *
 * @param devices that would go back
 * @param before what they would run then
 */
record RollBackView(long id, String title, String state, long devices, String before) {}

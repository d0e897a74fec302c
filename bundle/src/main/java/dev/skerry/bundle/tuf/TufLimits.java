package dev.skerry.bundle.tuf;

/**
 * How much a client takes from a repository that may be hostile.
 *
 * @param rootBytes size of a root file
 * @param timestampBytes size of a timestamp file
 * @param snapshotBytes size of a snapshot file whose size the timestamp does not tell
 * @param targetsBytes size of a targets file whose size the snapshot does not tell
 * @param targetBytes size of a target, whatever its metadata says
 * @param rootRotations root files to go through in one update
 * @param delegatedRoles delegated roles to look into for one target
 * @param versionStep by how much a version may rise at once; a repository whose attacker raised a
 *     version by less can still go beyond it
 */
public record TufLimits(
    int rootBytes,
    int timestampBytes,
    int snapshotBytes,
    int targetsBytes,
    int targetBytes,
    int rootRotations,
    int delegatedRoles,
    long versionStep) {
  /** Ample for every repository that Skerry writes, and for those of others. */
  public static TufLimits usual() {
    return new TufLimits(512 << 10, 64 << 10, 4 << 20, 16 << 20, 256 << 20, 1024, 32, 1L << 31);
  }
}

import { describe } from 'vitest';

/** The fetched versions that are there; `npm run fetch-restic` brings all three. */
export const resticVersions = ['0.14.0', '0.18.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

/** For what does not depend on the version. */
export const newestRestic = resticVersions.slice(-1);

/** For what takes long: 0.18.0 differs from 0.19.1 in little, and keeps the contract too. */
export const outermostRestics = [...resticVersions.slice(0, 1), ...newestRestic];

interface ResticVersion {
  readonly version: string;
  readonly program: string;
}

/**
 * A suite for each of these versions: they run beside each other, for restic mostly waits, and their tests one after the
 * other.
 */
export function describeEach(
  versions: readonly ResticVersion[],
  name: string,
  suite: (restic: ResticVersion) => void,
): void {
  // oxlint-disable-next-line vitest/valid-title -- the callers' titles
  describe.concurrent.each(versions)(name, (restic) => {
    describe('in order', { concurrent: false }, () => {
      suite(restic);
    });
  });
}

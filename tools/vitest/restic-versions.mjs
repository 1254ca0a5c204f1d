import { fetchedRestic, testVersions, variableOf } from '../restic.mjs';

/** Tells tests where the restic versions are that `npm run fetch-restic` brought. */
export default function resticVersions() {
  for (const wanted of testVersions) {
    const binary = fetchedRestic(wanted);
    if (binary !== undefined) process.env[variableOf(wanted.version)] = binary;
  }
}

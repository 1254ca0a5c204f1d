import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Tells tests where the fetched restic versions are; `npm run fetch-restic` brings them. */
export default function resticVersions(): void {
  for (const version of ['0.14.0', '0.18.0', '0.19.1']) {
    const binary = fileURLToPath(new URL(`../../.cache/restic/${version}/restic`, import.meta.url));
    if (existsSync(binary)) process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`] = binary;
  }
}

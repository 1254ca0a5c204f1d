import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { noticesFor } from './bundled.mjs';

/** For esbuild: notes what all bundles that share it are made of, and writes the notices of them into a file. */
export function thirdPartyNotices(file) {
  const files = new Set();
  return {
    name: 'third-party-notices',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(({ metafile }) => {
        for (const { inputs } of Object.values(metafile?.outputs ?? {}))
          for (const input of Object.keys(inputs)) if (!/^[a-z-]{2,}:/.test(input)) files.add(input);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, noticesFor([...files]));
      });
    },
  };
}

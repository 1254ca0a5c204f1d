import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { umbra } from '../dev/bundle.mjs';
import { comparison, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

/** How long a person waits for a command that does nothing, beside Node itself. */
export const bench = {
  title: 'Start-up',
  ours: 'umbra',
  yardstick: 'node -e 0',
  rounds: 21,
  async run({ folder, rounds }) {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      UMBRA_CONFIG: join(folder, 'umbra.yaml'),
      UMBRA_STATE_DIR: join(folder, 'state'),
    };
    writeFileSync(
      env.UMBRA_CONFIG,
      `repositories: { home: ${folder}/repository }\njobs: { documents: { sources: ${folder} } }\n`,
    );
    const node = (...args) => ({ work: () => spawnCost(process.execPath, args, { env, cwd: folder }) });
    const contestants = [node('-e', '0'), node(umbra, '--version'), node(umbra, '--help'), node(umbra, 'status')];
    const [floor, version, help, status] = await takeTurns(contestants, { rounds, warmUps: 2 });
    return [
      comparison('umbra --version', [version, floor], { goal: { ratio: 1.3 } }),
      comparison('umbra --help', [help, floor], { goal: { ratio: 1.3 } }),
      comparison('umbra status', [status, floor]),
    ];
  },
};

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { comparison, single, takeTurns } from './rounds.mjs';
import { spawnCost } from './spawn-cost.mjs';

const lines = 1_000_000;
const script = (name) => join(import.meta.dirname, 'decode', name);

/** Pours a million lines into one way of reading them. The reader measures itself, from its first line. */
async function pour(kind, way) {
  const writer = spawn(process.execPath, [script('write-lines.mjs'), kind, String(lines)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const reader = [...process.execArgv, script('read-lines.mjs'), way];
  const { stdout } = await spawnCost(process.execPath, reader, { stdin: writer.stdout, keepOutput: true });
  const cost = JSON.parse(stdout);
  if (cost.count < lines) throw new Error(`${way} saw ${cost.count} of ${lines} lines`);
  return cost;
}

/** The product's own reading of restic's output, beside the shortest program that reads JSON lines. */
export const bench = {
  title: 'Reading a million lines of restic, CPU',
  ours: 'umbra',
  yardstick: 'readline+JSON',
  rounds: 5,
  async run({ rounds }) {
    const contestants = [
      { work: () => pour('nodes', 'nodes') },
      { work: () => pour('nodes', 'readline') },
      { work: () => pour('status', 'status') },
      { work: () => pour('status', 'readline') },
    ];
    const [nodes, plainNodes, status, plainStatus] = await takeTurns(contestants, { rounds });
    const peaks = [...nodes, ...status].map(({ peakMb }) => peakMb);
    return [
      comparison('entries of a snapshot (ls)', [nodes, plainNodes], { cost: 'cpuMs', goal: { ratio: 1 } }),
      comparison('progress of a backup', [status, plainStatus], { cost: 'cpuMs' }),
      single(
        '  CPU of a line',
        status.map(({ cpuMs }) => (cpuMs * 1000) / lines),
        { unit: 'µs', goal: { value: 2.5 } },
      ),
      single('peak memory, the whole process', peaks, { unit: 'MB', goal: { value: 100 } }),
    ];
  },
};

// Reads restic's lines from standard input in one of these ways, and prints how many and the peak of its memory.
import { createInterface } from 'node:readline';
import { decodeJsonLine } from '../../../packages/contracts/src/json-object.ts';
import { LineSplitter } from '../../../packages/engine-process/src/line-splitter.ts';
import { EntryDecoder } from '../../../packages/restic-adapter/src/decode/entry.ts';
import { decodeBackupSummary } from '../../../packages/restic-adapter/src/decode/backup-summary.ts';
import { decodeItemError } from '../../../packages/restic-adapter/src/decode/item-error.ts';
import { decodeStatus } from '../../../packages/restic-adapter/src/decode/status.ts';
import { ProgressMeter } from '../../../packages/restic-adapter/src/progress.ts';

const ways = {
  /** As listing a snapshot does. */
  async nodes() {
    let count = 0;
    const decoder = new EntryDecoder();
    for await (const chunk of process.stdin) count += decoder.push(chunk).length;
    return count + decoder.end().length;
  },
  /** As a backup does with what restic tells while it works. */
  async status() {
    let count = 0;
    const meter = new ProgressMeter('uploading', () => (count += 1));
    const splitter = new LineSplitter((line) => {
      const message = decodeJsonLine(line);
      if (message === undefined) return;
      if (decodeItemError(message) !== undefined) count += 1;
      decodeBackupSummary(message);
      const status = decodeStatus(message);
      if (status !== undefined) meter.update(status);
    });
    for await (const chunk of process.stdin) splitter.push(chunk);
    splitter.end();
    return count;
  },
  async readline() {
    let count = 0;
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      if (JSON.parse(line) !== null) count += 1;
    }
    return count;
  },
};

const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const count = await ways[process.argv[2]]();
const wallMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(
  JSON.stringify({ count, wallMs, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }),
);

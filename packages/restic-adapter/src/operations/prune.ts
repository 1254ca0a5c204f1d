import type { Operation } from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import { packSizeFlags } from '../command.ts';
import { plainText } from '../decode/plain-text.ts';
import type { Restic } from '../restic.ts';

/** Frees what no snapshot needs. restic tells about it in text only, which goes to the log of the run. */
export async function prune(restic: Restic, operation: Operation): Promise<void> {
  const meter = new BarMeter('pruning', operation.report);
  meter.start();
  const stdout = (line: string): void => {
    if (meter.read(line)) return;
    const text = plainText(line);
    if (isResult(text)) operation.note?.(restic.mask(text));
  };
  const call = { name: 'prune', flags: packSizeFlags(restic.repository, operation.limits) };
  restic.throwIfFailed(await restic.supervise(call, { stdout }, operation));
  meter.finish();
}

/** The lines with totals; the rest says what it is doing. */
const isResult = (text: string): boolean => /^(?:total prune|remaining|unused size after prune):/.test(text);

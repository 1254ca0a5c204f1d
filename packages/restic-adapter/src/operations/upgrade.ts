import type { Operation, OutputLine, RepositoryFacts } from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import { plainText } from '../decode/plain-text.ts';
import type { Restic } from '../restic.ts';
import { format } from './create.ts';
import { open } from './open.ts';

/**
 * From format 1, which knows no compression. restic checks the structure first, and keeps a copy of the old `config` until it is
 * done.
 */
export async function upgrade(restic: Restic, operation: Operation): Promise<RepositoryFacts> {
  const before = await open(restic, operation);
  if (before.format >= format) return before;
  const meter = new BarMeter('verifying', operation.report);
  meter.start();
  const stdout = (line: OutputLine): void => {
    if (!meter.read(line) && plainText(line).startsWith('applying migration')) meter.enter('upgrading');
  };
  const call = { name: 'migrate', json: false, operands: ['upgrade_repo_v2'] };
  restic.throwIfFailed(await restic.supervise(call, { stdout }, operation));
  meter.finish();
  return open(restic, operation);
}

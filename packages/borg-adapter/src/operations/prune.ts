import type { JsonObject, Operation } from '@umbracore/contracts';
import { isOwnLeftover } from '../archive-identity.ts';
import type { Borg } from '../borg.ts';
import { decodeLog } from '../decode/log-message.ts';
import { ProgressMeter } from '../progress.ts';
import { nameArgument, readNames } from './archives.ts';
import { remove } from './forget.ts';

/** Frees what no archive needs, and what interrupted backups of ours have kept for the next one. */
export async function prune(borg: Borg, operation: Operation): Promise<void> {
  const meter = new ProgressMeter('pruning', operation.report, 'repository.compact_segments');
  meter.start();
  const { archives } = await readNames(borg, operation);
  const leftover = archives.filter(({ name }) => isOwnLeftover(name));
  const { spool: _spool, ...unspooled } = operation;
  await remove(borg, leftover.map(nameArgument), unspooled);
  const log = (message: JsonObject): void => {
    const said = decodeLog(message);
    if (said?.level === 'other' && /compaction freed/.test(said.text)) operation.note?.(borg.mask(said.text));
    meter.read(message);
  };
  borg.throwIfFailed(await borg.supervise({ name: 'compact', flags: ['--progress', '--info'] }, { log }, operation));
  meter.finish({ files: 0, bytes: 0 });
}

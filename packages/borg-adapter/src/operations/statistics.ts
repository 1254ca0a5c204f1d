import {
  countIn,
  decodeJsonLine,
  isJsonObject,
  type Operation,
  type RepositoryStatistics,
  UmbraError,
} from '@umbracore/contracts';
import { isLeftover } from '../archive-identity.ts';
import type { Borg } from '../borg.ts';
import { readNames } from './archives.ts';

/** borg counts in its cache, which it first brings to what the repository has now. */
export async function statistics(borg: Borg, operation: Operation): Promise<RepositoryStatistics> {
  const { archives } = await readNames(borg, operation);
  const lines: string[] = [];
  const stdout = (line: string): void => void lines.push(line);
  borg.throwIfFailed(await borg.read({ name: 'info', flags: ['--json'] }, { stdout }, operation));
  const document = decodeJsonLine(lines.join('\n')) ?? {};
  const cache = isJsonObject(document['cache']) ? document['cache'] : {};
  const stats = isJsonObject(cache['stats']) ? cache['stats'] : undefined;
  if (stats === undefined) throw new UmbraError('engine.output', 'The output of borg info cannot be understood');
  return {
    snapshots: archives.filter(({ name }) => !isLeftover(name)).length,
    storedBytes: countIn(stats, 'unique_csize'),
    uncompressedBytes: countIn(stats, 'unique_size'),
  };
}

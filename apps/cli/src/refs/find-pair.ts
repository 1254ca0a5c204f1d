import { findPair as find, type FoundPair } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { tellAhead } from './tell-ahead.ts';
import { tellAge } from './tell-age.ts';

export interface PairFlags {
  readonly job?: string;
  readonly repository?: string;
  readonly path?: string;
  readonly offline?: boolean;
}

/** The two snapshots that are to be compared; where a catalog answers for their repository, that is said. */
export async function findPair(session: Session, texts: readonly string[], flags: PairFlags): Promise<FoundPair> {
  const { job, repository, path, offline } = flags;
  const wanted = { job, repository, path, offline, signal: session.interrupt.signal };
  const found = await find(await session.runtime(), texts, wanted);
  tellAge(session, found.repository.name, found.asOf);
  tellAhead(session, found.ahead);
  return found;
}

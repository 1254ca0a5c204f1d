import { findReadable as find, type ReadableSnapshot } from '@umbracore/runtime/history';
import type { Session } from '../session.ts';
import { tellAhead } from './tell-ahead.ts';
import { tellAge } from './tell-age.ts';

export interface ReadableFlags {
  readonly repository?: string;
  readonly offline?: boolean;
}

/** The snapshot that a ref stands for; where a catalog answers for its repository, that is said. */
export async function findReadable(session: Session, text: string, flags: ReadableFlags): Promise<ReadableSnapshot> {
  const { repository, offline } = flags;
  const found = await find(await session.runtime(), text, { repository, offline, signal: session.interrupt.signal });
  tellAge(session, found.repository.name, found.asOf);
  tellAhead(session, found.ahead);
  return found;
}

import { growthDocument, type GrowthDocument } from '@umbracore/runtime/documents';
import { findPair, growthBetween } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { GrowthFlags } from '../commands/growth.ts';
import { growthByDaemon } from '../daemon/growth-by-daemon.ts';
import { answerGrowth } from '../growth/answer-growth.ts';
import { tellAhead } from '../refs/tell-ahead.ts';
import type { Session } from '../session.ts';

export const action: Action<GrowthFlags> = async (session, refs, flags) =>
  answerGrowth(session, (await growthByDaemon(session, refs, flags)) ?? (await growthHere(session, refs, flags)));

async function growthHere(session: Session, refs: readonly string[], flags: GrowthFlags): Promise<GrowthDocument> {
  const { signal } = session.interrupt;
  const { limit, ...wanted } = flags;
  const pair = await findPair(await session.runtime(), refs, { ...wanted, signal });
  tellAhead(session, pair.ahead);
  const { path, folders } = await growthBetween(pair, { signal });
  return growthDocument({ ...pair, path, folders: folders.slice(0, limit) });
}

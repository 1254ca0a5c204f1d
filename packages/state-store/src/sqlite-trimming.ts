import { sql, type Transaction } from 'kysely';
import type { Tables } from './database.ts';
import type { LedgerEntry } from './ledger.ts';

type Trimming = Pick<LedgerEntry, 'endedCount' | 'oldestEnded' | 'countNewer' | 'remove' | 'gapsBeside' | 'putGap'>;

/** What a change needs that removes runs. */
export const trimmingOf = (transaction: Transaction<Tables>): Trimming => ({
  async endedCount() {
    const { count } = await transaction
      .selectFrom('runs')
      .select((all) => all.fn.countAll<number>().as('count'))
      .where('seal', 'is not', null)
      .executeTakeFirstOrThrow();
    return count;
  },

  oldestEnded: (after, limit) =>
    transaction
      .selectFrom('runs')
      .selectAll()
      .where('seal', 'is not', null)
      .$if(after !== undefined, (rest) =>
        rest.where(sql<boolean>`(queued_at, id) > (${after?.queued_at ?? 0}, ${after?.id ?? ''})`),
      )
      .orderBy('queued_at')
      .orderBy('id')
      .limit(limit)
      .execute(),

  async countNewer({ job, repository, queued_at, id }, states, limit) {
    const newer = transaction
      .selectFrom('runs')
      .select('id')
      .where('job', '=', job)
      .where('repository', '=', repository)
      .where(sql<boolean>`(queued_at, id) > (${queued_at}, ${id})`)
      .$if(states !== undefined, (rest) => rest.where('state', 'in', states ?? []))
      .limit(limit);
    return (await newer.execute()).length;
  },

  async remove(ids) {
    await transaction.deleteFrom('steps').where('run', 'in', ids).execute();
    await transaction.deleteFrom('runs').where('id', 'in', ids).execute();
  },

  gapsBeside: ({ first, last }) =>
    transaction
      .selectFrom('gaps')
      .selectAll()
      .where((gap) => gap.or([gap('last', '=', first - 1), gap('first', '=', last + 1)]))
      .execute(),

  async putGap(gap, insteadOf) {
    for (const { first } of insteadOf) await transaction.deleteFrom('gaps').where('first', '=', first).execute();
    await transaction.insertInto('gaps').values(gap).execute();
  },
});

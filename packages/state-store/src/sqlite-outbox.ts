import type { Kysely } from 'kysely';
import type { Tables } from './database.ts';
import type { OutboxRows } from './outbox-rows.ts';

const reader = 'notices';

/** The rows of the outbox, in a transaction or outside of one. */
export function sqliteOutboxRows(db: Kysely<Tables>): OutboxRows {
  return {
    place: async () =>
      (await db.selectFrom('reading').select('place').where('name', '=', reader).executeTakeFirst())?.place,
    ended: (place, limit) =>
      db.selectFrom('runs').selectAll().where('seal', '>', place).orderBy('seal').limit(limit).execute(),
    standing: () => db.selectFrom('subjects').selectAll().where('standing', '=', 1).execute(),
    waiting: () =>
      db
        .selectFrom('deliveries')
        .selectAll()
        .where('state', '=', 'waiting')
        .orderBy('due_at')
        .orderBy('created_at')
        .execute(),
    newest: (states, limit) =>
      db
        .selectFrom('deliveries')
        .selectAll()
        .$if(states !== undefined, (rest) => rest.where('state', 'in', states ?? []))
        .orderBy('created_at', 'desc')
        .limit(limit)
        .execute(),
    async countFailed(since) {
      const { count } = await db
        .selectFrom('deliveries')
        .select((all) => all.fn.countAll<number>().as('count'))
        .where('state', '=', 'failed')
        .where('settled_at', '>=', since)
        .executeTakeFirstOrThrow();
      return count;
    },
    async setPlace(place) {
      if (place === undefined) await db.deleteFrom('reading').where('name', '=', reader).execute();
      else
        await db
          .insertInto('reading')
          .values({ name: reader, place })
          .onConflict((clash) => clash.column('name').doUpdateSet({ place }))
          .execute();
    },
    subject: (subject) => db.selectFrom('subjects').selectAll().where('subject', '=', subject).executeTakeFirst(),
    setSubject: async (row) =>
      void (await db
        .insertInto('subjects')
        .values(row)
        .onConflict((clash) => clash.column('subject').doUpdateSet({ standing: row.standing, memo: row.memo }))
        .execute()),
    dropSubjects: async () => void (await db.deleteFrom('subjects').execute()),
    async add(row) {
      const insert = db.insertInto('deliveries').values(row);
      return (await insert.onConflict((clash) => clash.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows === 1n;
    },
    change: async (id, columns) =>
      void (await db.updateTable('deliveries').set(columns).where('id', '=', id).execute()),
    drop: async (settledBefore) =>
      void (await db
        .deleteFrom('deliveries')
        .where('state', '!=', 'waiting')
        .where('settled_at', '<', settledBefore)
        .execute()),
  };
}

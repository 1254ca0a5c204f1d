import type { StateStore } from '@umbracore/contracts';

/** A line of `writer.ts`: what the store acknowledged to it. */
export interface Acknowledged {
  readonly id: string;
  readonly slot?: string;
  readonly created?: boolean;
  readonly fence?: number;
  readonly revision?: number;
  readonly steps?: number;
  readonly ended?: boolean;
}

/** How far each run had come when it was told. */
export function furthest(lines: readonly Acknowledged[]): ReadonlyMap<string, Acknowledged> {
  return new Map(lines.map((line) => [line.id, line]));
}

/** What was acknowledged and is not there. */
export async function lostFrom(store: StateStore, told: ReadonlyMap<string, Acknowledged>): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const [id, { revision = 1, steps = 0, ended }] of told) {
    const run = await store.run(id);
    if (run === undefined || run.revision < revision) lost.push(`${id}: revision ${revision}`);
    if ((await store.steps(id)).length < steps) lost.push(`${id}: step ${steps}`);
    if (ended === true && run?.state !== 'succeeded') lost.push(`${id}: its end`);
  }
  return lost;
}

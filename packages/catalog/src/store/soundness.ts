import type { Clock } from '@umbracore/contracts';
import { Query, type Connection } from './connection.ts';

const checkEveryMs = 24 * 60 * 60_000;

/** Looks at every page once a day: SQLite itself notices damage only where it comes across it. */
export function isSound(connection: Connection, clock: Clock): boolean {
  const checked = connection.number("select value from facts where name = 'checked'");
  if (Math.abs(clock.now() - checked) < checkEveryMs) return true;
  const [problem] = Object.values(connection.first(new Query<Record<string, unknown>>('pragma quick_check(1)')) ?? {});
  if (problem !== 'ok') return false;
  connection.run("insert or replace into facts values ('checked', ?)", clock.now());
  return true;
}

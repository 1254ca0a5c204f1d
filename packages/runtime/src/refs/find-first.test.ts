import { expect, test } from 'vitest';
import { forgottenTag, type Snapshot } from '@umbracore/contracts';
import { aSnapshot } from '@umbracore/testkit';
import { passedOver, selectOne } from './find-first.ts';
import { parseRef } from './ref.ts';

const hour = 3_600_000;
const now = new Date(2026, 10, 20, 12).getTime();
const at = (id: string, hours: number, tags: readonly string[] = []): Snapshot =>
  aSnapshot({ id: id.repeat(8), shortId: id.repeat(8), time: now + hours * hour, tags });

const old = at('aa', -48);
const today = at('bb', -1);
const soon = at('cc', 0.5);
const ahead = at('dd', 2);
const nextYear = at('ee', 9000);
const marked = at('ff', -0.5, [forgottenTag(now)]);

test.each<[string, readonly Snapshot[], Snapshot | undefined, readonly Snapshot[]]>([
  ['latest', [old, today, marked], today, []],
  ['latest', [old, today, soon], soon, []],
  ['latest', [old, today, ahead, nextYear], today, [ahead, nextYear]],
  ['j@-1', [old, today, nextYear], old, [nextYear]],
  ['j@-2', [old, today, nextYear], undefined, [nextYear]],
  ['j@2027-12-31', [old, today, nextYear], today, []],
  ['eeee', [old, today, nextYear], nextYear, []],
  // A machine whose clock stands still finds what there is.
  ['latest', [ahead, nextYear], nextYear, []],
  ['latest', [], undefined, []],
])('%s among snapshots that are dated in the future', (text, snapshots, found, passed) => {
  const { selector } = parseRef(text);
  expect(selectOne(selector, snapshots, { text, repository: 'home', now })).toBe(found);
  expect(passedOver({ selector }, snapshots, now)).toEqual(passed);
});

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hostileTrees, plantHostileTree } from '../../../../tools/faults/injectors/hostile-trees.ts';
import { putDown, times } from '../../../../tools/vitest/evidence.ts';
import { portrait } from '../support/portrait.ts';
import { World } from '../support/world.ts';

/** Some that engines were caught with; the long suites take all. */
const usual = ['a way up', 'a link, and a folder of the same name'];
const names = times(1) > 1 ? Object.keys(hostileTrees) : usual;

describe.concurrent('a snapshot with', () => {
  test.each(names)('%s changes nothing outside of where it is restored', async (name) => {
    using world = new World();
    const outside = world.at('outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'mine'), 'mine');
    const target = world.at('around', 'target');
    mkdirSync(world.at('around'));
    const snapshot = plantHostileTree(world.repository, world.master, name, {
      outside,
      path: world.source,
      tags: ['umbra-job:documents'],
    });
    const before = portrait(outside);
    const { code, stdout, stderr } = await world.umbra(
      'restore',
      `documents@${snapshot.slice(0, 12)}`,
      '--to',
      target,
      '--yes',
    );
    expect(portrait(outside), `${code} ${stdout}${stderr}`).toEqual(before);
    expect(readdirSync(world.at('around')).filter((each) => each !== 'target')).toEqual([]);
    expect(code).not.toBe(0);
    expect(stderr).not.toContain('usage.');
    putDown({ unit: 'hostile snapshots', count: 1 });
  });
});

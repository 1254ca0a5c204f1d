import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose } from '../src/compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-condition-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A plug-in as a stranger writes it: no import of ours, its own options, and one kind that is not to be trusted. */
const plugin = `
  export default {
    name: 'sky',
    api: 1,
    register(host, { phase }) {
      host.addCondition({
        kind: 'moon',
        check(options) {
          if (options !== 'full' && options !== 'new') throw new Error('the moon is full or new');
        },
        evaluate: async (options) => ({ met: options === phase, text: 'the moon is ' + phase }),
      });
      host.addCondition({
        kind: 'stars',
        check() {},
        evaluate() {
          throw new Error('too cloudy');
        },
      });
    },
  };
`;

const umbra = (conditions: string): string => `
version: 1
plugins:
  - use: ./sky.mjs
    options: { phase: full }
repositories:
  home: { url: ${folder}/repository, password: 'env:PASSWORD' }
jobs:
  documents:
    sources: [${folder}]
    repository: home
    conditions: ${conditions}
`;

beforeAll(() => writeFileSync(join(folder, 'sky.mjs'), plugin));

function composed(conditions: string) {
  const configFile = join(folder, 'umbra.yaml');
  writeFileSync(configFile, umbra(conditions));
  const places = { cwd: folder, home: folder, stateDir: join(folder, 'state') };
  return compose({ ...places, configFile, env: { PASSWORD: 'secret' }, logLevel: 'silent' });
}

test('a condition that a plug-in file brings is looked at beside the built-in ones', async () => {
  await using runtime = await composed('{ moon: full, mounted: /proc, stars: 7 }');
  const rules = runtime.configuration.jobs.get('documents')?.conditions?.all ?? [];
  expect(await runtime.conditions.evaluate(rules)).toEqual([
    { rule: { kind: 'moon', options: 'full' }, met: true, text: 'the moon is full' },
    { rule: { kind: 'mounted', options: '/proc' }, met: true, text: '/proc is mounted' },
    { rule: { kind: 'stars', options: 7 }, met: false, text: 'could not be looked at: too cloudy' },
  ]);
  expect(await runtime.conditions.evaluate([{ kind: 'moon', options: 'new' }])).toMatchObject([
    { met: false, text: 'the moon is full' },
  ]);
  expect(runtime.conditions.kinds()).toEqual(expect.arrayContaining(['power', 'moon']));
});

test.each([
  ['{ moon: half }', 'config.invalid-value', /the moon is full or new/u],
  ['{ mooon: full }', 'config.unknown-reference', /did you mean "moon"\?/u],
  ['{ power: mains }', 'config.invalid-value', /power is neither ac nor battery.*write power: ac/su],
])('%s is refused with its place when the configuration is read', async (conditions, code, report) => {
  const refused: unknown = await composed(conditions).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(refused).toMatchObject({ code, message: expect.stringContaining('umbra.yaml') as string });
  const { message, hint } = refused as { message: string; hint: string };
  expect(`${message} ${hint}`).toMatch(report);
});

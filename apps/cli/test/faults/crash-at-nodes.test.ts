import { describe, expect, it } from 'vitest';
import { canMoveClock, onOwnClocks } from '../../../../tools/faults/injectors/wall-clock.ts';
import { nodesOf } from '../support/nodes-of.ts';
import { kills, numbers, seed } from './crash.ts';
import { expectSurvival, MortalDaemons, type Approach } from './crash-daemon.ts';

/** Each costs two daemons: one dies while it walks through the chain, the next one after it has ended it. */
const chains = Math.ceil(kills / 25);

const configuration = `    verify: { afterBackup: none }
  first: { command: [/bin/true] }
  broken: { command: [/bin/false], retry: { type: none } }
  report: { command: [/bin/true] }
  rescue: { command: [/bin/true] }
  later: { command: [/bin/true] }
  close: { command: [/bin/true] }
chains:
  nightly:
    schedule: hourly
    onFailure: continue
    nodes:
      first: {}
      documents: { needs: first }
      broken: { needs: first }
      report: { needs: documents }
      rescue: { needs: { node: broken, on: failure } }
      later: { needs: [documents, broken] }
      close: { needs: [report, rescue], closes: first }
`;

const verdicts = {
  first: 'succeeded',
  documents: 'succeeded',
  broken: 'failed',
  report: 'succeeded',
  rescue: 'succeeded',
  later: 'skipped',
  close: 'succeeded',
};

describe.runIf(canMoveClock)(`chains ${onOwnClocks}`, () => {
  it(
    `a chain has the same verdicts in spite of ${2 * chains} kills of the daemon`,
    async () => {
      using daemons = await MortalDaemons.begin(configuration, ['nightly']);
      const runs = await expectSurvival(daemons, atRandom());
      for (const run of runs.filter(({ job }) => job === 'nightly')) {
        const nodes = runs.filter(({ parent }) => parent === run.id);
        expect(Object.fromEntries(nodesOf(run).map(({ node, outcome }) => [node, outcome]))).toEqual(verdicts);
        expect(Object.fromEntries(nodes.map(({ job, outcome }) => [job, outcome]))).toEqual(verdicts);
        expect(nodes).toHaveLength(Object.keys(verdicts).length);
      }
      expect(runs.filter(({ job }) => job === 'nightly')).toHaveLength(chains);
    },
    chains * 60_000,
  );
});

function* atRandom(): Generator<Approach> {
  const random = numbers(seed);
  for (let index = 0; index < chains; index++) {
    const death = { at: 'moment', delayMs: 500 + Math.round(random() * 2500), victims: ['coordinator'] } as const;
    yield { leadMs: Math.round(random() * 800), death };
  }
}

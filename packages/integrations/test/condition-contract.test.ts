import type { ConditionKind } from '@umbracore/contracts';
import { conditionCases, runCases, type ConditionSubject } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { systemClock } from './system-clock.ts';
import { builtinConditions } from '../src/index.ts';
import { AMachine } from './a-machine.ts';

type Parts = Omit<ConditionSubject, 'kind' | keyof AsyncDisposable>;

const secret = 'canary-20b7';

/** What each kind is asked on a machine at its desk, with nothing around it. */
const subjects: Readonly<Record<string, Parts>> = {
  power: { refused: [true, 'AC', 'mains', null, {}], met: { options: 'ac' }, unmet: { options: 'battery' } },
  minBattery: {
    refused: [0, 101, -5, '40%%', '4O', true, null, Number.NaN],
    met: { options: '60%' },
    unmet: { options: 61 },
  },
  metered: { refused: [true, 'false', null, 0], met: { options: false } },
  network: {
    refused: ['', [], 7, ['home', 7], null, {}],
    met: { options: 'eth0' },
    unmet: { options: ['home', 'lan'] },
  },
  reachable: {
    refused: ['nas', 'nas:0', 'nas:65536', 'http://', 'gopher://nas', 22, [], null, 'me@nas:22', 'nas:22:22'],
    unmet: { options: ['127.0.0.1:1'] },
    secret: { options: `https://me:${secret}@127.0.0.1:1/`, value: secret },
  },
  mounted: { refused: ['mnt', '', './mnt', [], null, 7], met: { options: '/mnt' }, unmet: { options: '/mnt/b' } },
  freeSpace: {
    refused: ['20GiB', {}, [], null, { '/': 20 }, { '/': '20' }, { mnt: '1GiB' }, { '/': '1GiB', '/tmp': '-1GiB' }],
    met: { options: { '/': '1B' } },
    unmet: { options: { '/': '900000TiB' } },
  },
  load: { refused: [0, -1, '0.7', null, Number.POSITIVE_INFINITY, {}], met: { options: 0.3 }, unmet: { options: 0.2 } },
  idle: { refused: [10, '10', 'ten', '0m', '1.5h', null, ''], met: { options: '1h' }, unmet: { options: '3h' } },
  command: {
    refused: ['true', [], [''], [7], ['./check'], ['bin/check'], ['sh', '\0'], null],
    met: { options: ['/bin/sh', '-c', 'exit 0'] },
    unmet: { options: ['/bin/sh', '-c', 'exit 75'] },
    endless: { options: ['/bin/sh', '-c', 'while :; do :; done'], clock: systemClock },
  },
};

function aMachine(): AMachine {
  const machine = new AMachine();
  machine.up = ['eth0'];
  return machine
    .supply('AC', { type: 'Mains', online: '1' })
    .supply('BAT0', { type: 'Battery', status: 'Charging', capacity: '60' })
    .put('proc/self/mountinfo', '95 30 8:17 / /mnt rw - ext4 /dev/sdb1 rw\n')
    .put('proc/loadavg', '1.00 1.00 1.00 1/100 42\n')
    .put('dev/tty1', '', machine.clock.now() - 2 * 3_600_000)
    .put('dev/pts/ptmx', '');
}

const kindOf = (machine: AMachine, name: string): ConditionKind => {
  const kind = builtinConditions(machine).find((one) => one.kind === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
};

test.each(Object.entries(subjects))('%s keeps the contract of conditions', async (name, parts) => {
  const results = await runCases(conditionCases, {
    async open() {
      const machine = aMachine();
      const dispose = async () => machine[Symbol.dispose]();
      return { ...parts, kind: kindOf(machine, name), [Symbol.asyncDispose]: dispose };
    },
  });
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  expect(results.filter(({ outcome }) => outcome === 'passed').length).toBeGreaterThanOrEqual(5);
});

test('every kind that comes with us is looked at here', () => {
  using machine = aMachine();
  expect(builtinConditions(machine).map(({ kind }) => kind)).toEqual(Object.keys(subjects));
});

import { UmbraError, type Look, type RunRecord } from '@umbracore/contracts';
import { aDrillJob, aDrillReport, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { unmended } from './known-damage.ts';

function check(job: string, sound: boolean, part: readonly [number, number] | null = null): RunRecord {
  const read = part && { part: part[0], of: part[1] };
  const report = { kind: 'check', sound, problems: [], advice: [], part: read } as const;
  return aRun({ id: `r-${job}`, job, state: sound ? 'succeeded' : 'failed', report });
}

function drill(outcome: 'proven' | 'lost' | 'not compared' | 'canary gone' | 'unreadable'): RunRecord {
  const problem = outcome === 'lost' ? 'not-restored' : 'absent';
  const isFailed = outcome === 'lost' || outcome === 'canary gone';
  const failures = isFailed ? [{ job: 'a', snapshot: 's', path: '/a', problem, reason: '' } as const] : [];
  const proven = outcome === 'proven' ? 1 : 0;
  const snapshots = [
    { job: 'a', snapshot: 's', files: 1, proven, bytes: 1, totalBytes: 1, recoveryMs: null, paths: [] },
  ];
  const report = outcome === 'unreadable' ? null : aDrillReport({ failures, snapshots });
  const error = new UmbraError(outcome === 'unreadable' ? 'repository.damaged' : 'restore.incomplete', '').toRecord();
  return aRun({ id: `r-${outcome}`, job: 'trial', plan: { ...aRun().plan, job: aDrillJob() }, report, error });
}

const backup = aRun({ state: 'succeeded' });

function verified(job: string, ok: boolean): RunRecord {
  const verification = { level: 'metadata', ok, problems: [], finishedAt: 0 } as const;
  return aRun({ id: `r-${job}`, job, state: ok ? 'succeeded' : 'failed', verification });
}

test.each([
  ['nothing was checked', [backup], undefined],
  ['the last check was sound', [backup, check('weekly', true), check('weekly', false)], undefined],
  ['the last check found damage', [backup, check('weekly', false), check('weekly', true)], 'r-weekly'],
  ['another job looked at less since', [check('weekly', true), check('monthly', false, [3, 40])], 'r-monthly'],
  ['another job read one part since', [check('weekly', true, [1, 2]), check('monthly', false, [3, 40])], 'r-monthly'],
  ['another job read everything since', [check('full', true, [1, 1]), check('monthly', false, [3, 40])], undefined],
  ['the last drill lost a file', [backup, drill('lost'), drill('proven')], 'r-lost'],
  ['the last drill could not read the repository', [drill('unreadable'), drill('proven')], 'r-unreadable'],
  ['the last drill went well', [drill('proven'), drill('lost')], undefined],
  ['nothing was compared since', [drill('not compared'), drill('canary gone'), drill('lost')], 'r-lost'],
  ['everything was read since the drill', [check('full', true, [1, 1]), drill('lost')], undefined],
  ['a backup found damage', [backup, verified('documents', false)], 'r-documents'],
  ['its next one found none', [verified('documents', true), verified('documents', false)], undefined],
  ['another backup found none', [verified('photos', true), verified('documents', false)], 'r-documents'],
  ['a check read everything since', [check('full', true, [1, 1]), verified('documents', false)], undefined],
])('%s', (_, runs, found) => {
  expect(unmended(runs)?.id).toBe(found);
});

/** The runs of these tests have all ended at this instant. */
const ended = 1_000;

function endedRun(run: RunRecord): RunRecord {
  return { ...run, startedAt: 0, finishedAt: ended };
}

function native(run: RunRecord, engine: boolean): RunRecord {
  if (run.report?.kind !== 'check') return run;
  const coverage = { soundAt: null, packs: 0, bytes: 0, unreadBytes: 0, freshBytes: 0, withinMs: 0, oldestAt: null };
  const found = { read: { trees: 0, packs: 0, bytes: 0 }, notes: [], coverage: { ...coverage, outlook: null } };
  return { ...run, report: { ...run.report, engine, check: found } };
}

test.each<[string, RunRecord, readonly Look[], boolean]>([
  ['a check of the structure, by as much', check('weekly', false), ['structure'], true],
  ['a check of the structure, by a part of the data', check('weekly', false), ['part 2 of 9'], true],
  ['a check of the structure, by what is new alone', check('weekly', false), ['new'], false],
  ['a check of a part, by the structure', check('weekly', false, [3, 40]), ['structure'], false],
  ['a check of a part, by everything', check('weekly', false, [3, 40]), ['all'], true],
  ['what is new, by the same', native(check('weekly', false), false), ['new'], true],
  ['what is new, by the structure', native(check('weekly', false), false), ['structure'], false],
  ['both, by one of them', native(check('weekly', false), true), ['structure'], false],
  ['both, by both', native(check('weekly', false), true), ['structure', 'new'], true],
  ['a backup, by the structure', verified('documents', false), ['structure'], true],
  ['a backup, by nothing', verified('documents', false), [], false],
  ['a drill, by a sample', drill('lost'), ['some', 'structure', 'new'], false],
  ['a drill, by everything', drill('lost'), ['all'], true],
])('damage that was found by %s by hand: mended %s %s', (_, run, looks, isMended) => {
  const found = endedRun(run);
  const mended = looks.map((look) => ({ look, at: ended + 1 }));
  expect(unmended([found], mended)).toBe(isMended ? undefined : found);
  expect(unmended([found], [{ look: 'all', at: ended - 1 }])).toBe(found);
});

import { describe, expect, it } from 'vitest';
import type { Backend, CheckReport, RepairStep } from '@umbracore/contracts';
import { FakeBackend } from '@umbracore/testkit';
import { nextStep, repairRepository } from './repair.ts';

const sound: CheckReport = { sound: true, problems: [], advice: [], repairs: [] };
const index: RepairStep = { type: 'index' };
const packs = (...ids: readonly string[]): RepairStep => ({ type: 'packs', packs: ids });
const snapshots: RepairStep = { type: 'snapshots' };
const damaged = (...repairs: readonly RepairStep[]): CheckReport => ({
  sound: false,
  problems: ['a pack is gone'],
  advice: [],
  repairs,
});

describe('nextStep', () => {
  it.each([
    ['nothing for what is sound', sound, [], undefined],
    ['the first one first', damaged(packs('a'), index, snapshots), [], packs('a')],
    ['then the next one, if the same is found again', damaged(packs('a'), index, snapshots), [packs('a')], index],
    ['packs again if others are damaged', damaged(packs('b'), index), [packs('a')], packs('b')],
    ['no third time', damaged(packs('c')), [packs('a'), packs('b')], undefined],
    ['the snapshots last', damaged(index, snapshots), [index], snapshots],
    ['nothing when all was done', damaged(index, snapshots), [index, snapshots], undefined],
    ['nothing where the engine knows nothing', { ...damaged(), repairs: undefined }, [], undefined],
  ])('is %s', (_, report, done, wanted) => {
    expect(nextStep(report, done)).toEqual(wanted);
  });
});

/** Finds these one after the other, and then stays with the last. */
function finding(...reports: readonly CheckReport[]): { readonly backend: Backend; readonly calls: string[] } {
  const calls: string[] = [];
  let at = 0;
  const backend = Object.assign(new FakeBackend(), {
    check: ({ type }: { readonly type: string }) => {
      calls.push(`check ${type}`);
      return Promise.resolve(reports[Math.min(at++, reports.length - 1)] ?? sound);
    },
    repair: ({ type }: RepairStep) => {
      calls.push(`repair ${type}`);
      return Promise.resolve({ lines: [type] });
    },
  });
  return { backend, calls };
}

const agree = (): Promise<boolean> => Promise.resolve(true);

describe('repairRepository', () => {
  it('does one step after the other until all is sound, and reads data again only after packs', async () => {
    const { backend, calls } = finding(
      damaged(packs('a'), snapshots),
      damaged(index, snapshots),
      damaged(snapshots),
      sound,
    );
    const story = await repairRepository(backend, { scope: { type: 'all' }, agree });
    expect(calls).toEqual([
      'check all',
      'repair packs',
      'check all',
      'repair index',
      'check structure',
      'repair snapshots',
      'check structure',
    ]);
    expect(story).toMatchObject({ last: sound, declined: undefined });
    expect(story.done.map(({ step, lines }) => [step.type, lines])).toEqual([
      ['packs', ['packs']],
      ['index', ['index']],
      ['snapshots', ['snapshots']],
    ]);
  });

  it('ends where nothing helps', async () => {
    const { backend } = finding(damaged(index, snapshots));
    const { done, last, declined } = await repairRepository(backend, { scope: { type: 'structure' }, agree });
    expect([done.length, last.sound, declined]).toEqual([2, false, undefined]);
  });

  it('changes nothing that nobody agrees to', async () => {
    const { backend, calls } = finding(damaged(index));
    const refuse = { scope: { type: 'structure' }, agree: () => Promise.resolve(false) } as const;
    expect(await repairRepository(backend, refuse)).toMatchObject({ declined: index, done: [] });
    expect(calls).toEqual(['check structure']);
  });

  it('leaves a sound one alone, and a backend that cannot', async () => {
    const { backend, calls } = finding(sound);
    await repairRepository(backend, { scope: { type: 'structure' }, agree });
    expect(calls).toEqual(['check structure']);
    const other = new FakeBackend({ supports: ['check'] });
    const repair = repairRepository(other, { scope: { type: 'structure' }, agree });
    await expect(repair).rejects.toMatchObject({ code: 'backend.unsupported' });
  });
});

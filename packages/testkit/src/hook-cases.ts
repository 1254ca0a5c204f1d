import { isUmbraError, Secret, UmbraError, type Clock, type HookKind, type HookOccasion } from '@umbracore/contracts';
import { doesNotThrow, equal, match, ok, rejects } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { ContractCase } from './contract-case.ts';
import { frozen, refuses } from './refused-options.ts';

interface Given {
  readonly options: unknown;
}

/** One kind of hook under test, and options for it. */
export interface HookSubject extends AsyncDisposable {
  readonly kind: HookKind;
  /** Options that make no sense to it. */
  readonly refused: readonly unknown[];
  /** Of a hook that does its work. */
  readonly works: Given;
  /** Whether it has done it. */
  readonly isDone?: (() => Promise<boolean>) | undefined;
  /** Of a hook that fails. */
  readonly fails?: Given | undefined;
  /** Of a hook that says "not now". */
  readonly postponed?: Given | undefined;
  /** Of a hook that takes longer than anybody waits. */
  readonly endless?: (Given & { readonly clock: Clock }) | undefined;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}

const patienceMs = 2000;

const occasion: HookOccasion = { phase: 'before', job: 'documents', kind: 'backup', run: 'run-1', attempt: 1 };

const unaborted = new AbortController().signal;

async function call({ kind, secrets = {} }: HookSubject, options: unknown, signal = unaborted): Promise<string> {
  const given = Object.entries(secrets).map(([name, value]) => [name, new Secret(value)] as const);
  const note = (line: string): void => equal(typeof line, 'string', 'a note is no text');
  return await kind.run(options, frozen({ ...occasion }), { signal, note, secrets: Object.fromEntries(given) });
}

const givenTo = ({ works, fails, postponed, endless }: HookSubject): readonly unknown[] =>
  [works, fails, postponed, endless].flatMap((one) => (one === undefined ? [] : [one.options]));

const isRejected = (answer: Promise<unknown>): Promise<boolean> =>
  answer.then(
    () => false,
    () => true,
  );

/** What every kind of hook has to do. */
export const hookCases: readonly ContractCase<HookSubject>[] = [
  {
    name: 'options that make no sense are refused with config.invalid-value and what to write instead',
    run: async ({ kind, refused }) => refuses(kind, refused),
  },
  {
    name: 'options that make sense are taken, as often as they are checked',
    async run(subject) {
      for (const options of givenTo(subject))
        for (const _ of [1, 2]) doesNotThrow(() => subject.kind.check(options), 'it refuses what makes sense');
    },
  },
  {
    name: 'options that were never checked make it fail',
    async run(subject) {
      for (const options of subject.refused)
        ok(await isRejected(call(subject, options)), `it takes ${JSON.stringify(options)}`);
    },
  },
  {
    name: 'it says "done" when it has done its work, and not before',
    async run(subject) {
      equal((await subject.isDone?.()) ?? false, false, 'it was done before it began');
      equal(await call(subject, subject.works.options), 'done');
      equal((await subject.isDone?.()) ?? true, true, 'it says so, and has not');
    },
  },
  {
    name: 'it can be done again',
    async run(subject) {
      for (const _ of [1, 2]) equal(await call(subject, subject.works.options), 'done');
    },
  },
  {
    name: 'options are not changed',
    async run(subject) {
      const before = JSON.stringify(subject.works.options);
      const options = frozen(structuredClone(subject.works.options));
      subject.kind.check(options);
      await call(subject, options);
      equal(JSON.stringify(options), before);
    },
  },
  {
    name: 'one that fails rejects, and a sentence says why',
    wants: ['fails'],
    async run(subject) {
      await rejects(call(subject, subject.fails?.options), (thrown) => {
        ok(isUmbraError(thrown) || thrown instanceof Error, `this is no error: ${String(thrown)}`);
        match(thrown.message, /^\P{Cc}*\S\P{Cc}*$/u, 'it does not say why, in a line');
        return true;
      });
    },
  },
  {
    name: 'one that cannot be done now says "not-now"',
    wants: ['postponed'],
    async run(subject) {
      equal(await call(subject, subject.postponed?.options), 'not-now');
    },
  },
  {
    name: 'it rejects soon when its signal has aborted before, and does nothing',
    async run(subject) {
      ok(await isRejected(call(subject, subject.works.options, AbortSignal.abort())), 'it did not reject');
      equal((await subject.isDone?.()) ?? false, false, 'it was done all the same');
    },
  },
  {
    name: 'it rejects soon after its signal aborts',
    wants: ['endless'],
    async run(subject) {
      if (subject.endless === undefined) return;
      const { options, clock } = subject.endless;
      const abort = new AbortController();
      const answer = call(subject, options, abort.signal).then(
        (verdict) => `it said ${verdict}`,
        () => undefined,
      );
      await turn();
      abort.abort();
      const over = new AbortController();
      const late = clock.sleep(patienceMs, over.signal).then(
        () => 'it went on although its signal had aborted',
        () => undefined,
      );
      const wrong = await Promise.race([answer, late]);
      over.abort();
      if (wrong !== undefined) throw new UmbraError('run.deadline', wrong);
    },
  },
];

import { UmbraError, type Clock, type ConditionKind } from '@umbracore/contracts';
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { ContractCase } from './contract-case.ts';
import { frozen, refuses } from './refused-options.ts';

/** One kind of condition under test, and options for it. */
export interface ConditionSubject extends AsyncDisposable {
  readonly kind: ConditionKind;
  /** Options that make no sense to it. */
  readonly refused: readonly unknown[];
  /** Of a condition that is met now; absent if nothing can make it so where the test runs. */
  readonly met?: { readonly options: unknown } | undefined;
  /** Of a condition that is not met now. */
  readonly unmet?: { readonly options: unknown } | undefined;
  /** Of a condition whose answer takes longer than anybody waits. */
  readonly endless?: { readonly options: unknown; readonly clock: Clock } | undefined;
  /** Options with a secret inside, at least six characters that stand nowhere else. */
  readonly secret?: { readonly options: unknown; readonly value: string } | undefined;
}

const patienceMs = 2000;
const longestText = 300;

const looking = (kind: ConditionKind, options: unknown) => kind.evaluate(options, new AbortController().signal);

/** All the options of a subject that its kind has to take. */
const taken = ({ met, unmet, endless, secret }: ConditionSubject): readonly unknown[] =>
  [met, unmet, endless, secret].flatMap((one) => (one === undefined ? [] : [one.options]));

function isSentence(text: string): void {
  match(text, /\S/u);
  ok(!/\p{Cc}/u.test(text), `the text has control characters: ${JSON.stringify(text)}`);
  ok(text.length <= longestText, `the text has ${text.length} characters`);
}

/** Fails if an endless look has not ended two seconds after its signal aborted: `early`, or when it was under way. */
async function endsSoon({ kind, endless }: ConditionSubject, early: boolean): Promise<void> {
  if (endless === undefined) return;
  const { options, clock } = endless;
  const aborted = new AbortController();
  if (early) aborted.abort();
  const answer = kind.evaluate(options, aborted.signal).then(
    ({ met }) => equal(met, false, 'it is met although nobody waited for its answer'),
    () => {},
  );
  await turn();
  aborted.abort();
  const settled = new AbortController();
  const late = clock.sleep(patienceMs, settled.signal).then(
    () => {
      throw new UmbraError('run.deadline', 'it went on although its signal had aborted');
    },
    () => {},
  );
  await Promise.race([answer, late]);
  settled.abort();
}

/** What every kind of condition has to do. */
export const conditionCases: readonly ContractCase<ConditionSubject>[] = [
  {
    name: 'options that make no sense are refused with config.invalid-value and what to write instead',
    run: async ({ kind, refused }) => refuses(kind, refused),
  },
  {
    name: 'options that make sense are taken, as often as they are checked',
    async run(subject) {
      for (const options of taken(subject)) {
        subject.kind.check(options);
        subject.kind.check(options);
      }
    },
  },
  {
    name: 'options that were never checked make it unmet, not fail',
    async run({ kind, refused }) {
      for (const options of refused) {
        const { met, text } = await looking(kind, options);
        equal(met, false, `it is met with ${JSON.stringify(options)}`);
        isSentence(text);
      }
    },
  },
  {
    name: 'what holds is met, and a sentence says what was seen',
    wants: ['met'],
    async run({ kind, met: subject }) {
      const { met, text } = await looking(kind, subject?.options);
      equal(met, true, text);
      isSentence(text);
    },
  },
  {
    name: 'what does not hold is not met, and a sentence says what was seen',
    wants: ['unmet'],
    async run({ kind, unmet: subject }) {
      const { met, text } = await looking(kind, subject?.options);
      equal(met, false, text);
      isSentence(text);
    },
  },
  {
    name: 'many may ask at once',
    wants: ['met'],
    async run({ kind, met: subject }) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => looking(kind, subject?.options)));
      deepEqual(
        answers.map(({ met }) => met),
        [true, true, true, true, true],
      );
    },
  },
  {
    name: 'options are not changed',
    async run(subject) {
      for (const one of [subject.met, subject.unmet]) {
        if (one === undefined) continue;
        const before = JSON.stringify(one.options);
        const options = frozen(structuredClone(one.options));
        subject.kind.check(options);
        await looking(subject.kind, options);
        equal(JSON.stringify(options), before);
      }
    },
  },
  {
    name: 'it ends soon after its signal aborts, and is not met then',
    wants: ['endless'],
    run: (subject) => endsSoon(subject, false),
  },
  {
    name: 'it ends soon when its signal had aborted before it was asked, and is not met then',
    wants: ['endless'],
    run: (subject) => endsSoon(subject, true),
  },
  {
    name: 'no text and no error shows a secret of its options',
    wants: ['secret'],
    async run({ kind, secret }) {
      if (secret === undefined) return;
      const shown = [(await looking(kind, secret.options)).text];
      try {
        kind.check(secret.options);
      } catch (thrown) {
        shown.push(inspect(thrown, { depth: 9, showHidden: true }), JSON.stringify(thrown));
      }
      for (const text of shown) ok(!text.includes(secret.value), 'the secret shows');
    },
  },
];

import { toUmbraError, UmbraError, type DurationMs } from '@umbracore/contracts';
import type * as z from 'zod';
import { ask, type Program } from './ask.ts';
import { beforehand } from './broken.ts';
import { parsed } from './messages.ts';
import * as values from './values.ts';

/** What options are said to. */
export type Subject =
  { readonly what: 'plugin' } | { readonly what: 'backend' | 'condition' | 'sensor' | 'hook'; readonly name: string };

type Issue = z.infer<typeof values.issues>['issues'][number];

interface Doubt {
  readonly subject: Subject;
  readonly options: unknown;
  readonly fault: UmbraError;
  /** When the program was asked, by the clock that never goes back. */
  readonly askedAt: number;
}

/** One that hung is taken to hang for so long: while a configuration is checked, and not at the next one. */
const hungForMs: DurationMs = 60_000;

/**
 * Has a program check options. Where it broke instead of answering it is asked again before they are used: nothing is done with
 * options that nobody has looked at, and who only had a bad moment is heard.
 */
export class Doubts {
  readonly #program: Program;
  readonly #open = new Map<string, Doubt>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** What is wrong with options. Throws `plugin.invalid`, or `engine.*`, for a program that cannot say. */
  async issuesOf(subject: Subject, options: unknown): Promise<readonly Issue[]> {
    // One that hangs is not waited for again and again.
    const since = this.#program.clock.monotonicMs() - hungForMs;
    const hung = [...this.#open.values()].find(
      ({ fault, askedAt }) => fault.code === 'engine.stalled' && askedAt > since,
    );
    if (hung !== undefined) throw this.#note(subject, options, hung.fault, hung.askedAt);
    return await this.#ask(subject, options);
  }

  /** Why nobody knows whether these options are taken, if that is so. */
  faultOf(subject: Subject, options: unknown): UmbraError | undefined {
    return this.#open.get(keyOf(subject, options))?.fault;
  }

  /** Asks again about what is open of the plug-in itself, and of these options. Throws if it stays so, or they are refused. */
  async settle(subject?: Subject, options?: unknown): Promise<void> {
    if (this.#open.size === 0) return;
    const key = subject && keyOf(subject, options);
    for (const [known, doubt] of this.#open) {
      if (doubt.subject.what !== 'plugin' && known !== key) continue;
      const [issue] = await this.#ask(doubt.subject, doubt.options);
      if (issue !== undefined) throw this.#note(doubt.subject, doubt.options, refusal(doubt.subject, issue));
    }
  }

  async #ask(subject: Subject, options: unknown): Promise<readonly Issue[]> {
    try {
      const { issues } = await beforehand(this.#program, async () => {
        const params = { ...subject, options };
        const answer = await ask(this.#program, { method: 'check', params, patience: 'answer' });
        return parsed(values.issues, answer ?? {}, this.#program.name, 'checked options wrongly');
      });
      this.#open.delete(keyOf(subject, options));
      return issues;
    } catch (thrown) {
      throw this.#note(subject, options, toUmbraError(thrown));
    }
  }

  #note(
    subject: Subject,
    options: unknown,
    fault: UmbraError,
    askedAt = this.#program.clock.monotonicMs(),
  ): UmbraError {
    this.#open.set(keyOf(subject, options), { subject, options, fault, askedAt });
    return fault;
  }
}

const keyOf = (subject: Subject, options: unknown): string => JSON.stringify([subject, options]);

/** That options are not taken, as whoever reads the configuration is told. */
export const refusal = (subject: Subject, { message, hint }: Issue): UmbraError =>
  new UmbraError('config.invalid-value', `${subject.what === 'plugin' ? 'options' : subject.name}: ${message}`, {
    hint: hint ?? 'look up its options where its plug-in describes them',
  });

import * as z from 'zod';
import { type CheckReport, type CheckScope, type Operation, type OutputLine, UmbraError } from '@umbracore/contracts';
import { decodeMessage, plainText, textIn, type Message } from '../decode/message.ts';
import { ProgressMeter } from '../progress.ts';
import type { Ended, Reader, Restic } from '../restic.ts';

const summaryDocument = z.looseObject({
  num_errors: z.number().default(0),
  broken_packs: z.array(z.string()).nullish(),
  suggest_repair_index: z.boolean().default(false),
  suggest_prune: z.boolean().default(false),
});

const mostProblems = 1000;

/** Compares what the repository says it holds with what is there. Takes an exclusive lock. */
export async function check(restic: Restic, scope: CheckScope, operation: Operation): Promise<CheckReport> {
  const reading = new CheckReading(restic, operation);
  const ended = await restic.supervise({ name: 'check', flags: scopeFlags(scope) }, reading, operation);
  return reading.report(ended);
}

/** Exported for tests. */
export function scopeFlags(scope: CheckScope): readonly string[] {
  switch (scope.type) {
    case 'structure':
      return [];
    case 'part':
      if (!isPart(scope)) throw badScope(`part ${scope.part} of ${scope.of}`);
      return [`--read-data-subset=${scope.part}/${scope.of}`];
    case 'percent':
      if (!(scope.percent > 0 && scope.percent <= 100)) throw badScope(`${scope.percent} %`);
      return [`--read-data-subset=${scope.percent}%`];
    case 'all':
      return ['--read-data'];
  }
}

/** restic counts the parts by the first byte of a pack's id. */
const isPart = ({ part, of }: { readonly part: number; readonly of: number }): boolean =>
  Number.isInteger(part) && Number.isInteger(of) && part >= 1 && part <= of && of <= 256;

const badScope = (what: string): UmbraError =>
  new UmbraError('usage.invalid', `There is no ${what} to check`, {
    hint: 'Use a part from 1 to 256, or a percentage above 0 and up to 100.',
  });

class CheckReading implements Reader {
  readonly #restic: Restic;
  readonly #meter: ProgressMeter;
  readonly #problems: string[] = [];
  #summary: z.infer<typeof summaryDocument> | undefined;

  constructor(restic: Restic, operation: Operation) {
    this.#restic = restic;
    this.#meter = new ProgressMeter('verifying', operation.report);
    this.#meter.start();
  }

  stdout(line: OutputLine): void {
    const message = decodeMessage(line);
    if (message?.['message_type'] === 'summary') this.#summary = summaryDocument.safeParse(message).data;
  }

  stderr(line: OutputLine, message: Message | undefined): void {
    const text = message === undefined ? line : textIn(message, 'message');
    if (text !== undefined) this.#addProblem(this.#restic.mask(plainText(text)));
  }

  #addProblem(text: string): void {
    if (text !== '' && !isAside(text) && this.#problems.length < mostProblems) this.#problems.push(text.slice(0, 1000));
  }

  report(ended: Ended): CheckReport {
    const { verdict } = ended;
    const isDamaged = verdict.type === 'failed' && /repository contains errors/.test(verdict.text);
    if (!isDamaged) this.#restic.throwIfFailed(ended);
    this.#meter.finish({ files: 0, bytes: 0 });
    if (!isDamaged) return { sound: true, problems: [], advice: this.#advice() };
    const problems = this.#problems.length > 0 ? this.#problems : ['restic found errors and did not say which'];
    return { sound: false, problems, advice: this.#advice() };
  }

  #advice(): readonly string[] {
    const { broken_packs: packs, suggest_repair_index: index, suggest_prune: prune } = this.#summary ?? {};
    return [
      ...(index === true ? ['Rebuild the index: `restic repair index`.'] : []),
      ...(packs?.length ? [`Save what is left of damaged packs: \`restic repair packs ${packs.join(' ')}\`.`] : []),
      ...(packs?.length ? ['Then drop what is lost from the snapshots: `restic repair snapshots --forget`.'] : []),
      ...(prune === true ? ['Remove what no snapshot needs: `restic prune`.'] : []),
    ];
  }
}

/** Notes and advice for people that `check` writes among the problems. */
const isAside = (text: string): boolean =>
  /^(?:Fatal: |restic repair |The repository (?:is|contains) damaged|Damaged pack files can|unable to create temporary directory|using temporary cache|signal interrupt received|Load\(.*(?:retrying after|failed:))/.test(
    text,
  );

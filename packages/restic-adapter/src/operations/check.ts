import {
  type CheckReport,
  type CheckScope,
  type Operation,
  type OutputLine,
  type RepairStep,
  UmbraError,
} from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import type { Call } from '../command.ts';
import { plainText } from '../decode/plain-text.ts';
import type { Features } from '../features.ts';
import { lockHindrance } from '../local-repository.ts';
import { withFlag, type Ended, type Reader, type Restic } from '../restic.ts';

const mostProblems = 1000;

/**
 * Compares what the repository says it holds with what is there. Takes an exclusive lock, but on a read-only disk. Not with
 * `--json`: there restic is silent until its end, which may take hours, and nobody could tell that it does not hang.
 */
export async function check(restic: Restic, scope: CheckScope, operation: Operation): Promise<CheckReport> {
  const reading = new CheckReading(restic, operation);
  const call: Call = { name: 'check', json: false, flags: scopeFlags(scope) };
  // Where this user alone may not write, others may be at work, and what they do would look like damage.
  const isFrozen = (await lockHindrance(restic.location)) === 'read-only';
  const ended = await restic.supervise(isFrozen ? withFlag(call, '--no-lock') : call, reading, operation);
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
  readonly #meter: BarMeter;
  readonly #problems: string[] = [];
  readonly #brokenPacks = new Set<string>();
  #mayPrune = false;
  #repairIndex = false;
  #speaksOfIndex = false;
  #speaksOfContent = false;

  constructor(restic: Restic, operation: Operation) {
    this.#restic = restic;
    this.#meter = new BarMeter('verifying', operation.report, 'packs');
    this.#meter.start();
  }

  stdout(line: OutputLine): void {
    if (!this.#meter.read(line)) this.#readAdvice(plainText(line));
  }

  stderr(line: OutputLine): void {
    const text = plainText(line);
    this.#readAdvice(text);
    this.#addProblem(this.#restic.mask(text));
  }

  #addProblem(text: string): void {
    if (text !== '' && !isAside(text) && this.#problems.length < mostProblems) this.#problems.push(text.slice(0, 1000));
  }

  #readAdvice(text: string): void {
    if (/non-critical.*restic prune/.test(text)) this.#mayPrune = true;
    if (/restic (?:repair index|rebuild-index)/.test(text)) this.#repairIndex = true;
    if (/rebuild-index|repair index|does not exist|not (?:found|referenced) in|additional files/.test(text)) {
      this.#speaksOfIndex = true;
    }
    if (/does not exist|not found|error for tree|ReadFull|blob/.test(text)) this.#speaksOfContent = true;
    // Of a folder that it cannot decrypt restic names the pack, and advises nothing.
    const [, undecrypted] = /decrypting blob .* from pack ([0-9a-f]{64}) failed/.exec(text) ?? [];
    if (undecrypted !== undefined) this.#brokenPacks.add(undecrypted);
    const [, packs] = /^restic repair packs ([0-9a-f ]+)$/.exec(text) ?? [];
    for (const pack of packs?.split(' ') ?? []) this.#brokenPacks.add(pack);
  }

  report(ended: Ended): CheckReport {
    const { verdict } = ended;
    const isGone = verdict.type === 'failed' && verdict.code === 'repository.absent';
    const isDamaged = !isGone && verdict.type === 'failed' && /repository contains errors/.test(verdict.last);
    if (!isDamaged) this.#restic.throwIfFailed(ended);
    this.#meter.finish();
    if (!isDamaged) return { sound: true, problems: [], advice: this.#adviceFor(true), repairs: [] };
    const problems = this.#problems.length > 0 ? this.#problems : ['restic found errors and did not say which'];
    return { sound: false, problems, advice: this.#adviceFor(false), repairs: this.#repairsBy(ended.features) };
  }

  /** As restic's own guide to trouble orders them. */
  #repairsBy({ repairs, repairsPacks }: Features): readonly RepairStep[] {
    const packs = [...this.#brokenPacks];
    const hasPacks = packs.length > 0;
    return [
      ...(hasPacks && repairsPacks ? [{ type: 'packs', packs } as const] : []),
      ...(this.#speaksOfIndex ? [{ type: 'index' } as const] : []),
      ...((this.#speaksOfContent || hasPacks) && repairs ? [{ type: 'snapshots' } as const] : []),
    ];
  }

  #adviceFor(sound: boolean): readonly string[] {
    const packs = [...this.#brokenPacks].join(' ');
    return [
      ...(this.#repairIndex ? ['Rebuild the index: `restic repair index`.'] : []),
      ...(packs === '' ? [] : [`Save what is left of damaged packs: \`restic repair packs ${packs}\`.`]),
      ...(packs === '' ? [] : ['Then drop what is lost from the snapshots: `restic repair snapshots --forget`.']),
      // Of a damaged repository restic takes what an index lost for what nobody needs (0.19.1).
      ...(this.#mayPrune && sound ? ['Remove what no snapshot needs: `restic prune`.'] : []),
    ];
  }
}

/** Notes and advice for people that `check` writes among the problems. */
const isAside = (text: string): boolean =>
  /^(?:Fatal: |restic repair |The repository (?:index )?(?:is|contains) damaged|Damaged pack files can|unable to create temporary directory|using temporary cache|signal interrupt received|Load\(.*(?:retrying after|failed:))/.test(
    text,
  );

import { type CheckReport, type CheckScope, type JsonObject, type Operation, UmbraError } from '@umbracore/contracts';
import type { Borg, Ended, Reader } from '../borg.ts';
import { decodeLog } from '../decode/log-message.ts';
import { ProgressMeter } from '../progress.ts';

const mostProblems = 1000;

/** Compares what the repository says it holds with what is there. Nobody else can use it meanwhile. */
export async function check(borg: Borg, scope: CheckScope, operation: Operation): Promise<CheckReport> {
  const reading = new CheckReading(borg, scope, operation);
  const flags = ['--progress', '--info', ...scopeFlags(scope)];
  return reading.report(await borg.supervise({ name: 'check', flags }, reading, operation));
}

/**
 * borg knows three depths, and no parts. The structure: every archive, and that each piece which it needs is there. A part of the
 * data, whichever: besides, every piece is read and compared with its checksum. All data: besides, it is decrypted, and
 * its signature checked. Exported for tests.
 */
export function scopeFlags(scope: CheckScope): readonly string[] {
  switch (scope.type) {
    case 'structure':
      return ['--archives-only'];
    case 'part':
      if (!isPart(scope)) throw badScope(`part ${scope.part} of ${scope.of}`);
      return [];
    case 'percent':
      if (!(scope.percent > 0 && scope.percent <= 100)) throw badScope(`${scope.percent} %`);
      return scope.percent === 100 ? ['--verify-data'] : [];
    case 'all':
      return ['--verify-data'];
  }
}

const isPart = ({ part, of }: { readonly part: number; readonly of: number }): boolean =>
  Number.isInteger(part) && Number.isInteger(of) && part >= 1 && part <= of && of <= 256;

const badScope = (what: string): UmbraError =>
  new UmbraError('usage.invalid', `There is no ${what} to check`, {
    hint: 'Use a part from 1 to 256, or a percentage above 0 and up to 100.',
  });

/** The stage in which a check spends most of its time. */
const measureOf = ({ type }: CheckScope): string =>
  type === 'structure' ? 'check.rebuild_refcounts' : type === 'all' ? 'check.verify_data' : 'repository.check';

class CheckReading implements Reader {
  readonly #borg: Borg;
  readonly #meter: ProgressMeter;
  readonly #problems: string[] = [];
  /** borg knows no parts. */
  readonly #readsAll: boolean;

  constructor(borg: Borg, scope: CheckScope, operation: Operation) {
    this.#borg = borg;
    this.#readsAll = scope.type !== 'structure';
    this.#meter = new ProgressMeter('verifying', operation.report, measureOf(scope));
    this.#meter.start();
  }

  log(message: JsonObject): void {
    const log = decodeLog(message);
    if (log?.level === 'error' || log?.level === 'warning') this.#add(this.#borg.mask(log.text));
    this.#meter.read(message);
  }

  #add(text: string): void {
    if (this.#problems.length < mostProblems && text !== '') this.#problems.push(text.slice(0, 1000));
  }

  report(ended: Ended): CheckReport {
    const { verdict } = ended;
    const isDamaged = verdict.type === 'warned' || (verdict.type === 'failed' && verdict.code === 'repository.damaged');
    if (!isDamaged) this.#borg.throwIfFailed(ended);
    this.#meter.finish({ files: 0, bytes: 0 });
    const readsAll = this.#readsAll;
    if (!isDamaged) return { sound: true, readsAll, problems: [], advice: [], repairs: [] };
    const problems = this.#problems.length > 0 ? this.#problems : ['borg found errors and did not say which'];
    const mend = `umbra borg ${this.#borg.name} -- check --repair`;
    const advice = [`Copy the repository to another place, then let borg mend it: \`${mend}\`.`];
    return { sound: false, readsAll, problems, advice, repairs: [] };
  }
}

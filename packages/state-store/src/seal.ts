import { hash } from 'node:crypto';
import { isTerminal, type AuditFinding } from '@umbracore/contracts';
import { copiesOf, recordOf, type RunRow } from './run-row.ts';

/** The end of the chain: place and hash of the run that ended last. */
export interface ChainEnd {
  readonly seal: number;
  readonly hash: string;
}

export const chainStart: ChainEnd = { seal: 0, hash: '' };

/** Places of the chain whose runs were removed, all that lie between two that are there. */
export interface Gap {
  readonly first: number;
  readonly last: number;
  /** Hash of the run before the first one. */
  readonly prev_hash: string;
  /** Hash of the last one. */
  readonly hash: string;
}

/** The gaps that these rows leave, those beside each other as one. */
export function gapsOf(rows: readonly Pick<RunRow, 'seal' | 'hash' | 'prev_hash'>[]): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const { seal, hash, prev_hash } of rows.toSorted((one, other) => (one.seal ?? 0) - (other.seal ?? 0))) {
    if (seal === null || hash === null) continue;
    const before = gaps.at(-1);
    const gap = { first: seal, last: seal, prev_hash: prev_hash ?? '', hash };
    if (before === undefined || before.last + 1 !== seal) gaps.push(gap);
    else gaps[gaps.length - 1] = joined(before, gap);
  }
  return gaps;
}

export const joined = (before: Gap, after: Gap): Gap => ({
  first: before.first,
  last: after.last,
  prev_hash: before.prev_hash,
  hash: after.hash,
});

/** SHA-256 over the hash before, the place and the record's text. */
function sealHash(previous: string, seal: number, record: string): string {
  return hash('sha256', `${previous}\n${seal}\n${record}`);
}

/** The columns that close a record behind `end`. */
export function sealBehind(end: ChainEnd, record: string) {
  const seal = end.seal + 1;
  return { seal, hash: sealHash(end.hash, seal, record), prev_hash: end.hash };
}

/** Why a row is not what was sealed; undefined if it is, and for a run that has not ended. */
export function damageOf(row: RunRow, record = recordOf(row)): string | undefined {
  if (row.seal === null) {
    return row.hash === null && !isTerminal(row.state) ? undefined : 'it ended, but its seal is gone';
  }
  if (row.hash !== sealHash(row.prev_hash ?? '', row.seal, row.record)) return 'its record does not match its hash';
  if (record === undefined) return 'its record is not readable';
  const column = Object.entries(copiesOf(record)).find(([name, value]) => row[name as keyof RunRow] !== value);
  return column === undefined ? undefined : `its column ${column[0]} does not match its record`;
}

/** Walks the rows that ended, in the order of their seals, and what was removed between them, and compares the last with the end that was noted apart. */
export async function auditChain(
  rows: AsyncIterable<RunRow>,
  gaps: readonly Gap[],
  noted: ChainEnd,
): Promise<readonly AuditFinding[]> {
  const findings: AuditFinding[] = [];
  const gapAt = new Map(gaps.map((gap) => [gap.first, gap]));
  const passGap = (): void => {
    const gap = gapAt.get(end.seal + 1);
    if (gap === undefined) return;
    if (gap.prev_hash !== end.hash) findings.push(gapFinding(gap));
    end = { seal: gap.last, hash: gap.hash };
  };
  let end = chainStart;
  for await (const row of rows) {
    passGap();
    const record = recordOf(row);
    const run = record?.id ?? row.id;
    const problem = damageOf(row, record) ?? breakBetween(end, row);
    if (problem !== undefined) findings.push({ run, message: `Run ${run}: ${problem}.` });
    if (row.seal !== null) end = { seal: row.seal, hash: row.hash ?? '' };
  }
  passGap();
  if (end.seal !== noted.seal || end.hash !== noted.hash) findings.push(endFinding(end, noted));
  return findings;
}

function breakBetween(end: ChainEnd, row: RunRow): string | undefined {
  if (row.seal === null) return undefined;
  const missing = row.seal - end.seal - 1;
  if (missing > 0) return `${missing} ended ${missing === 1 ? 'run is' : 'runs are'} missing before it`;
  if (missing < 0) return 'its place in the chain is taken';
  return row.prev_hash === end.hash ? undefined : 'it does not follow the run before it';
}

const gapFinding = ({ first, last }: Gap): AuditFinding => ({
  run: '',
  message: `What was removed of the history, from place ${first} to ${last}, does not follow the run before it.`,
});

const endFinding = (end: ChainEnd, noted: ChainEnd): AuditFinding => ({
  run: '',
  message: `The chain of ended runs stops at ${end.seal}, but ${noted.seal} was noted as its end.`,
});

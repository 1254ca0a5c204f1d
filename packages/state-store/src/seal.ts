import { hash } from 'node:crypto';
import { isTerminal, type AuditFinding } from '@umbracore/contracts';
import { copiesOf, recordOf, type RunRow } from './run-row.ts';

/** The end of the chain: place and hash of the run that ended last. */
export interface ChainEnd {
  readonly seal: number;
  readonly hash: string;
}

export const chainStart: ChainEnd = { seal: 0, hash: '' };

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

/** Walks the rows that ended, in the order of their seals, and compares the last with the end that was noted apart. */
export async function auditChain(rows: AsyncIterable<RunRow>, noted: ChainEnd): Promise<readonly AuditFinding[]> {
  const findings: AuditFinding[] = [];
  let end = chainStart;
  for await (const row of rows) {
    const record = recordOf(row);
    const run = record?.id ?? row.id;
    const problem = damageOf(row, record) ?? breakBetween(end, row);
    if (problem !== undefined) findings.push({ run, message: `Run ${run}: ${problem}.` });
    if (row.seal !== null) end = { seal: row.seal, hash: row.hash ?? '' };
  }
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

const endFinding = (end: ChainEnd, noted: ChainEnd): AuditFinding => ({
  run: '',
  message: `The chain of ended runs stops at ${end.seal}, but ${noted.seal} was noted as its end.`,
});

import type { RunReason } from '@umbracore/contracts';
import type { RunDocument } from '@umbracore/runtime/documents';
import { readText } from './coverage-text.ts';
import { drillText } from './drill-text.ts';
import { formatQuantity } from './sizes.ts';
import { outcomeWord } from './standing.ts';

type Report = NonNullable<RunDocument['report']>;

/** Why a run was skipped or missed, and for how many it stands: `on battery (and 12 earlier)`. */
export const becauseText = ({ text, alsoStandsFor }: RunReason | NonNullable<RunDocument['because']>): string =>
  alsoStandsFor === null ? text : `${text} (and ${alsoStandsFor.count} earlier)`;

/** What a run did, in one line; of a dry run what one in earnest would do. */
export function reportText(report: Report, dryRun = false): string {
  const would = dryRun ? 'would be ' : '';
  switch (report.kind) {
    case 'backup':
      return comparedText(report);
    case 'copy':
      return copiedText(report, would);
    case 'forget': {
      const removed =
        report.removed.length === 0 ? 'nothing to remove' : `${snapshotsText(report.removed)} ${would}removed`;
      const marked = report.marked === undefined ? '' : `, ${snapshotsText(report.marked)} ${would}marked`;
      return `${removed}${marked}, ${report.kept} kept`;
    }
    case 'prune':
      return `what no snapshot needs ${dryRun ? 'would be' : 'is'} freed`;
    case 'check':
      return checkText(report);
    case 'drill':
      return drillText(report, dryRun);
    case 'command':
      if (report.signal !== null) return `ended by ${report.signal}`;
      return report.exitCode === null ? 'would be run' : `exit ${report.exitCode}`;
    case 'chain':
      return nodesText(report.nodes);
  }
}

/** What files were compared with. */
function comparedText({ strategy, parent, base }: Extract<Report, { kind: 'backup' }>): string {
  if (strategy === 'full') return 'everything was read';
  if (base?.number === 0) return 'everything was read; the base of the runs after it';
  const compared = parent === null ? 'the choice of the engine' : parent.slice(0, 8);
  return base === null
    ? `compared with ${compared}`
    : `compared with its base ${compared}, run ${base.number} after it`;
}

/** What was brought, and how both sides compare. */
function copiedText(report: Extract<Report, { kind: 'copy' }>, would: string): string {
  const { copied, passedOver, compared, different } = report;
  const brought = copied.length === 0 ? 'nothing to copy' : `${snapshotsText(copied)} ${would}copied`;
  const left = passedOver === 0 ? '' : `, ${passedOver} left out that would be forgotten`;
  const equal = different.length === 0 ? 'all equal' : `${different.length} DIFFERENT`;
  return `${brought}${left}${compared === 0 ? '' : `; ${compared} compared, ${equal}`}`;
}

const snapshotsText = (ids: readonly string[]): string => formatQuantity(ids.length, 'snapshot');

function checkText({ sound, part, engine, check }: Extract<Report, { kind: 'check' }>): string {
  const what = [
    sound ? 'sound' : 'damaged',
    ...(check === null ? [] : [readText(check.read)]),
    ...(!engine || (check !== null && part === null) ? [] : [partText(part)]),
  ];
  return what.join(', ');
}

function partText(part: Extract<Report, { kind: 'check' }>['part']): string {
  if (part === null) return 'no data read';
  return part.of === 1 ? 'all data read' : `part ${part.part} of ${part.of} of the data read`;
}

type Nodes = Extract<Report, { kind: 'chain' }>['nodes'];

/** `4 steps: 3 ok, 1 skipped` */
function nodesText(nodes: Nodes): string {
  const counts = new Map<string, number>();
  for (const { outcome } of nodes) counts.set(outcomeWord(outcome), (counts.get(outcomeWord(outcome)) ?? 0) + 1);
  const told = [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
  return `${formatQuantity(nodes.length, 'step')}${told === '' ? '' : `: ${told}`}`;
}

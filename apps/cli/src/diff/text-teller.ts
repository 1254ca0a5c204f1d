import type { PathChange } from '@umbracore/contracts';
import type { DiffSummary, DiffTeller } from '@umbracore/runtime/documents';
import { isEmpty, type Count } from '@umbracore/runtime/history';
import type { Style } from '../output/colour.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import type { Session } from '../session.ts';

type Kind = PathChange['change'];

/** Those of restic. */
const signs: Readonly<Record<Kind, string>> = {
  added: '+',
  removed: '-',
  modified: 'M',
  'type-changed': 'T',
  metadata: 'U',
  suspicious: '?',
};

const colours: Readonly<Record<Kind, keyof Style>> = {
  added: 'green',
  removed: 'red',
  modified: 'yellow',
  'type-changed': 'yellow',
  metadata: 'dim',
  suspicious: 'red',
};

const kinds: readonly (readonly [Kind, string])[] = [
  ['added', 'added'],
  ['removed', 'removed'],
  ['modified', 'changed'],
  ['type-changed', 'of another type'],
  ['metadata', 'with other times or rights'],
  ['suspicious', 'with other content though nobody wrote to it'],
];

/** A line for each change, and one that sums them up. */
export function textTeller(session: Session): DiffTeller {
  const { style } = session.stdout;
  const gap = session.globals.plain === true ? '\t' : ' ';
  const line = ({ path, change, folder }: PathChange): string =>
    style[colours[change]](signs[change]) + gap + printable(path) + (folder && path !== '/' ? '/' : '');
  return {
    changes: (some) => session.say(some.map(line).join('\n')),
    end: (summary) => session.say(summaryText(summary)),
  };
}

export function summaryText({ tally, addedBytes, removedBytes }: DiffSummary): string {
  if (isEmpty(tally)) return 'No difference.';
  const parts = kinds.flatMap(([kind, word]) => {
    const text = countText(tally[kind]);
    return text === '' ? [] : [`${text} ${word}`];
  });
  if (addedBytes === null || removedBytes === null) return `${parts.join(', ')}.`;
  return `${parts.join(', ')}; ${formatSize(addedBytes)} of data added, ${formatSize(removedBytes)} removed.`;
}

const countText = ({ files, folders }: Count): string =>
  [files === 0 ? [] : [formatQuantity(files, 'file')], folders === 0 ? [] : [formatQuantity(folders, 'folder')]]
    .flat()
    .join(' and ');

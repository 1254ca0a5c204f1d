import { relative } from 'node:path';
import type { ExplainedValue } from '@umbracore/runtime';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

interface JobValues {
  readonly id: string;
  readonly isChain: boolean;
  readonly values: readonly ExplainedValue[];
}

/** The values of a job, one a line, with where each comes from if asked. */
export function showJobValues(session: Session, { id, isChain, values }: JobValues, origin: boolean): void {
  const { style } = session.stdout;
  session.say(`${isChain ? 'chain' : 'job'} ${style.bold(id)}`);
  const rows = values
    .filter(({ value }) => value !== '')
    .map(({ path, value, layer, file, line }) => [
      `  ${path}`,
      printable(path.startsWith('command') ? wordsText(value) : valueText(value)),
      origin ? style.dim(originText(session, layer, file, line)) : '',
    ]);
  session.sayTable([{ title: '' }, { title: '' }, { title: '' }], rows);
}

/** A command as it is given, so that it is seen which words are one. */
const wordsText = (value: unknown): string =>
  Array.isArray(value) ? value.map((word) => quoted(String(word))).join(' ') : itemText(value);

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(itemText).join(', ') || 'none';
  return itemText(value);
};

/** A part of a value, maps and lists in braces as in the file. */
const itemText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(itemText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('path' in value)
    return `${String(value.path)}${'required' in value && value.required === false ? ' (optional)' : ''}`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{ ${entries.map(([key, item]) => `${key}: ${itemText(item)}`).join(', ')} }`;
};

function originText({ cwd }: Session, layer: string, file: string | undefined, line: number | undefined): string {
  if (file === undefined) return layer;
  const near = relative(cwd, file);
  return `${layer}, ${near.startsWith('..') ? file : near}:${line ?? '?'}`;
}

export const jobValuesDocument = ({
  id,
  values,
}: {
  readonly id: string;
  readonly values: readonly ExplainedValue[];
}) => ({
  job: id,
  values: values.map(({ path, value, layer, file, line }) => ({
    path,
    value,
    layer,
    file: file ?? null,
    line: line ?? null,
  })),
});

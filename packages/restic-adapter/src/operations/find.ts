import * as z from 'zod';
import type { FindMatch, FindSpec, Operation } from '@umbracore/contracts';
import { parseDocument, readOutput } from '../decode/document.ts';
import { decodeEntry } from '../decode/entry.ts';
import { passedOver, throwIfPassedOver } from '../passed-over.ts';
import type { Restic } from '../restic.ts';
import { filterFlags } from './snapshots.ts';

const findings = z
  .array(z.looseObject({ snapshot: z.string(), matches: z.array(z.record(z.string(), z.unknown())).nullish() }))
  .nullable();

/** Newest snapshot first. */
export async function find(restic: Restic, spec: FindSpec, operation: Operation): Promise<readonly FindMatch[]> {
  const { ids } = spec.snapshots;
  if (ids?.length === 0) return [];
  const flags = [
    ...(spec.ignoreCase ? ['--ignore-case'] : []),
    ...filterFlags(spec.snapshots),
    ...(ids ?? []).map((id) => `--snapshot=${id}`),
  ];
  const call = { name: 'find', flags, operands: [spec.pattern] };
  const { text } = await readOutput(restic, call, operation);
  throwIfPassedOver(restic, call.name, passedOver(text));
  const found = parseDocument(findings, text, call.name);
  return (found ?? []).flatMap(({ snapshot, matches }) =>
    (matches ?? []).flatMap((node) => {
      const entry = decodeEntry(node);
      return entry === undefined ? [] : [{ snapshot, entry }];
    }),
  );
}

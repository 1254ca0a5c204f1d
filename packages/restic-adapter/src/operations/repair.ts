import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Operation, type RepairResult, type RepairStep, UmbraError } from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import { plainText } from '../decode/plain-text.ts';
import type { Features } from '../features.ts';
import type { Call } from '../command.ts';
import type { Restic } from '../restic.ts';
import { isFullId } from '../snapshot-ids.ts';

/** Of a repository with thousands of snapshots each has a few. */
const mostLines = 100_000;

/** Mends one thing. What restic says of it is part of the result. */
export async function repair(restic: Restic, step: RepairStep, operation: Operation): Promise<RepairResult> {
  const { features } = await restic.program(operation);
  const lines: string[] = [];
  const meter = new BarMeter('verifying', operation.report);
  meter.start();
  const read = (line: string): void => {
    if (meter.read(line)) return;
    const text = restic.mask(plainText(line));
    if (text !== '' && lines.length < mostLines) lines.push(text.slice(0, 1000));
    operation.note?.(text);
  };
  const call = { json: false, ...callFor(step, features) };
  if (step.type === 'packs') await forgetCopies(restic, step.packs);
  restic.throwIfFailed(await restic.supervise(call, { stdout: read, stderr: read }, operation));
  meter.finish();
  return step.type === 'snapshots' && step.dryRun === true ? { lines, snapshots: changedIn(lines) } : { lines };
}

/**
 * restic puts copies of damaged packs into its working folder, which is the scratch folder, and refuses where there is one: as that of
 * a repair that was killed before it dropped the pack.
 */
async function forgetCopies({ host }: Restic, packs: readonly string[]): Promise<void> {
  for (const pack of packs) await rm(join(host.scratchDir, `pack-${pack}`), { force: true });
}

/** Exported for tests. */
export function callFor(step: RepairStep, { version, repairs, repairsPacks }: Features): Call {
  switch (step.type) {
    case 'index':
      return repairs ? { name: 'repair', subcommand: 'index' } : { name: 'rebuild-index' };
    case 'packs':
      // Without ids restic refuses, and an id that is none would be an option.
      if (!step.packs.every(isFullId)) throw new UmbraError('usage.invalid', 'Packs are named by full ids');
      if (!repairsPacks) throw tooOld(version, 'damaged packs', '0.17.0');
      return { name: 'repair', subcommand: 'packs', operands: step.packs };
    case 'snapshots':
      if (!repairs) throw tooOld(version, 'snapshots', '0.16.0');
      return { name: 'repair', subcommand: 'snapshots', flags: [step.dryRun === true ? '--dry-run' : '--forget'] };
  }
}

/** The snapshots of which a dry run says that they would be another one. Exported for tests. */
export function changedIn(lines: readonly string[]): readonly string[] {
  const changed = new Set<string>();
  let current = '';
  for (const line of lines) {
    current = /^snapshot ([0-9a-f]{8,64}) of /.exec(line)?.[1] ?? current;
    if (current !== '' && /^would (?:save new|delete|remove)/.test(line)) changed.add(current);
  }
  return [...changed];
}

const tooOld = (version: string, what: string, since: string): UmbraError =>
  new UmbraError('backend.unsupported', `restic ${version} cannot repair ${what}`, {
    hint: `Install restic ${since} or newer, and repair again.`,
  });

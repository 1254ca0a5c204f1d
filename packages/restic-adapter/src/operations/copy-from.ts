import { type BackendRepository, decodeJsonLine, type Operation, textIn, type UmbraError } from '@umbracore/contracts';
import { BarMeter } from '../bars.ts';
import { accessTo, packSizeFlags } from '../command.ts';
import { plainText } from '../decode/plain-text.ts';
import { lockHindrance } from '../local-repository.ts';
import { parseLocation } from '../location.ts';
import { describeFailure } from '../messages.ts';
import { quicklyOpened, Restic, type Ended } from '../restic.ts';
import { checkFullIds } from '../snapshot-ids.ts';

/** Copies snapshots into this repository; they get new ids. Ones that are there already are passed over. */
export async function copyFrom(
  restic: Restic,
  source: BackendRepository,
  snapshots: readonly string[],
  operation: Operation,
): Promise<void> {
  checkFullIds(snapshots);
  // Without ids restic would copy everything.
  if (snapshots.length === 0) return;
  const { flags, descriptors } = accessTo(await quicklyOpened(source), 'from-');
  const both = new Restic(restic.repository, restic.host, [source]);
  const meter = new BarMeter('uploading', operation.report);
  meter.start();
  // Said of the source alone.
  const isFrozen = (await lockHindrance(parseLocation(source.definition.location))) === 'read-only';
  const call = {
    name: 'copy',
    flags: [...(isFrozen ? ['--no-lock'] : []), ...flags, ...packSizeFlags(restic.repository, operation.limits)],
    descriptors,
    operands: snapshots,
    source,
  };
  const damage: string[] = [];
  const reader = {
    stdout: (line: string): void => void meter.read(line),
    stderr(line: string): void {
      const text = textIn(decodeJsonLine(line) ?? {}, 'message') ?? plainText(line);
      if (damage.length === 0 && isSourceDamage(text)) damage.push(both.mask(text));
    },
  };
  const ended = await both.supervise(call, reader, operation);
  if (mayBeDamage(ended) && damage[0] !== undefined) throw damageOf(source, damage[0]);
  both.throwIfFailed(ended);
  meter.finish();
}

/** restic's last word may be that it ended everything else, once one thing had failed. */
const mayBeDamage = ({ verdict }: Ended): boolean =>
  verdict.type === 'failed' &&
  ['repository.damaged', 'engine.failed', 'engine.crashed', 'run.interrupted'].includes(verdict.code);

/** A copy reads data of its source alone, and restic does not say of which repository it speaks. */
const isSourceDamage = (text: string): boolean =>
  /decrypting blob .* failed|StreamPack: ReadFull\(|Load\(<data\/.*\) failed:/.test(text) &&
  /verification failed|no such file|does not exist|not found|invalid data|hash|unexpected EOF/i.test(text);

const damageOf = ({ definition }: BackendRepository, text: string): UmbraError =>
  describeFailure('repository.damaged', { what: 'copy', repository: definition.name, text });

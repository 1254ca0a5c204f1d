import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration } from '@umbracore/contracts';
import { originOf, rememberOrigin } from '../origin.ts';
import { systemTimezone } from '../system-timezone.ts';
import { fromPlain, toPlain } from './plain.ts';

/** Where a good configuration is kept, and for whom. */
export interface MemoryPlace {
  readonly file: string;
  /** What a configuration depends on beside its files: the code that understood it, the folders of the user and so on. */
  readonly for: string;
}

interface Remembered {
  readonly for: string;
  readonly main: string;
  /** Every file with its text. */
  readonly texts: readonly (readonly [file: string, text: string])[];
  /** The zone of the system, if the configuration names none. */
  readonly systemZone: string | null;
  readonly configuration: unknown;
}

/**
 * The configuration that was found good when its files had the very bytes that they have now; undefined if there is none. To read
 * and check a configuration takes longer than all else that goes before a backup.
 */
export function recall(
  place: MemoryPlace,
  main: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Configuration | undefined {
  const kept = read(place.file);
  if (kept === undefined || kept.for !== place.for || kept.main !== main) return undefined;
  if (!kept.texts.every(([file, text]) => isAsItWas(file, text))) return undefined;
  if (kept.systemZone !== null && kept.systemZone !== systemTimezone(env['TZ'])) return undefined;
  const configuration = fromPlain(kept.configuration);
  const files = kept.texts.map(([file]) => file);
  const nowhere = (): undefined => undefined;
  rememberOrigin(configuration, {
    main,
    files,
    rules: [],
    sensors: [],
    hooks: [],
    channel: nowhere,
    placeOf: nowhere,
    cwd,
    isRecalled: true,
  });
  return configuration;
}

/** True of one that `recall` gave: everything about it was checked before it was remembered. */
export const isRecalled = (configuration: Configuration): boolean => originOf(configuration)?.isRecalled === true;

/**
 * Keeps a configuration that was found good, its conditions and channels included. Only one that is wholly in texts that can be compared: no
 * program, no pattern of `include`, which a new file may fit, and no plug-ins, which may change by themselves.
 */
export function remember(place: MemoryPlace, configuration: Configuration): void {
  const origin = originOf(configuration);
  if (origin?.texts === undefined || configuration.plugins.length > 0) return;
  const plain = toPlain(configuration);
  if (plain === undefined) return;
  const kept: Remembered = {
    for: place.for,
    main: origin.main,
    texts: origin.texts,
    systemZone: origin.namesZone === true ? null : configuration.timezone,
    configuration: plain,
  };
  const draft = `${place.file}.${process.pid}`;
  try {
    mkdirSync(dirname(place.file), { recursive: true, mode: 0o700 });
    writeFileSync(draft, JSON.stringify(kept), { mode: 0o600 });
    renameSync(draft, place.file);
  } catch {
    // It is read and checked anew each time.
  }
}

/** What it says is done, commands included: it has to be ours, and nobody else's to change. */
function read(path: string): Remembered | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const { uid, mode } = fstatSync(file);
    if (uid !== process.getuid?.() || (mode & 0o077) !== 0) return undefined;
    return JSON.parse(readFileSync(file, 'utf8')) as Remembered;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isAsItWas(file: string, text: string): boolean {
  try {
    return readFileSync(file).equals(Buffer.from(text));
  } catch {
    return false;
  }
}

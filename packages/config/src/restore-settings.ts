import type { RestoreSettings } from '@umbracore/contracts';
import { builtInRestores } from './built-in.ts';
import type { Entry } from './reading/collect.ts';
import type { RestoresInput } from './schema/configuration.ts';
import { parseDuration, parseSize } from './units.ts';

/** What is kept to take restores back. */
export function toRestoreSettings(entry: Entry<RestoresInput> | undefined): RestoreSettings {
  const { keepUndo = builtInRestores.keepUndo, maxUndo } = entry?.value ?? {};
  return { undoKeptMs: parseDuration(keepUndo), undoBytes: maxUndo === undefined ? undefined : parseSize(maxUndo) };
}

/** The same if the configuration says nothing. */
export const defaultRestoreSettings: RestoreSettings = toRestoreSettings(undefined);

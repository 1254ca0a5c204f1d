import { dirname } from 'node:path';
import type { ChannelSetting } from '@umbracore/contracts';
import { isMap } from '../reading/path.ts';
import type { Folders } from '../reading/file-path.ts';
import { parseSecretReference, secretReferencePattern, secretSchemes } from '../secret-reference.ts';

/** Settings of a channel, with every reference to a secret found: kinds of channels say where one may stand. */
export function toSettings(
  written: Readonly<Record<string, unknown>>,
  file: string,
  home: string,
): Readonly<Record<string, ChannelSetting>> {
  const folders = { base: dirname(file), home };
  return Object.fromEntries(Object.entries(written).map(([name, value]) => [name, toSetting(value, folders)]));
}

function toSetting(value: unknown, folders: Folders): ChannelSetting {
  if (typeof value === 'string')
    return secretReferencePattern.test(value) ? { from: parseSecretReference(value, folders) } : value;
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((one) => toSetting(one, folders));
  if (!isMap(value)) return String(value);
  const [entry, ...others] = Object.entries(value);
  if (entry !== undefined && others.length === 0 && secretSchemes.includes(entry[0])) {
    const [scheme, target] = entry;
    const texts = Array.isArray(target) ? target.map(String) : String(target);
    return { from: parseSecretReference({ [scheme]: texts }, folders) };
  }
  return { map: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toSetting(one, folders)])) };
}

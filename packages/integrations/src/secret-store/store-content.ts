import { isJsonObject } from '@umbracore/contracts';
import type { ScryptParameters, SealedValue } from './sealing.ts';

export interface StoreContent {
  readonly schema: 'umbra.secrets/1';
  /** Which key of the key file it is sealed with, or how the passphrase becomes one. */
  readonly key: { readonly id: string } | { readonly scrypt: ScryptParameters };
  /** An empty text: tells whether a key is the right one. */
  readonly check: SealedValue;
  readonly entries: Readonly<Record<string, SealedValue & { readonly setAt: number }>>;
}

/** Keys by their ids, in base64; a second one only while the store is sealed anew. */
export type Keys = Readonly<Record<string, string>>;

/** Undefined for what was never written as a store. */
export function decodeContent(text: string): StoreContent | undefined {
  const value = parsed(text);
  return isContent(value) ? value : undefined;
}

/** Undefined for what was never written as a file of keys. */
export function decodeKeys(text: string): Keys | undefined {
  const value = parsed(text);
  return isRecordOf(value, isText) ? value : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isContent = (value: unknown): value is StoreContent =>
  isJsonObject(value) &&
  value['schema'] === 'umbra.secrets/1' &&
  isKey(value['key']) &&
  isSealed(value['check']) &&
  isRecordOf(value['entries'], isEntry);

const isEntry = (value: unknown): value is SealedValue & { readonly setAt: number } =>
  isSealed(value) && 'setAt' in value && isNumber(value.setAt);

const isKey = (value: unknown): boolean =>
  isJsonObject(value) && (typeof value['id'] === 'string' || isScrypt(value['scrypt']));

const isScrypt = (value: unknown): boolean =>
  isJsonObject(value) && typeof value['salt'] === 'string' && ['N', 'r', 'p'].every((name) => isNumber(value[name]));

const isSealed = (value: unknown): value is SealedValue =>
  isJsonObject(value) && ['iv', 'data', 'tag'].every((name) => typeof value[name] === 'string');

const isText = (value: unknown): value is string => typeof value === 'string';

const isNumber = (value: unknown): boolean => typeof value === 'number';

const isRecordOf = <T>(value: unknown, is: (each: unknown) => each is T): value is Readonly<Record<string, T>> =>
  isJsonObject(value) && Object.values(value).every(is);

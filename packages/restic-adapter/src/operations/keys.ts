import * as z from 'zod';
import { type KeyRecord, type Operation, type Secret, UmbraError } from '@umbracore/contracts';
import { descriptorName, descriptorPath } from '../descriptor-name.ts';
import { readDocument } from '../decode/document.ts';
import type { Restic } from '../restic.ts';

const keyList = z.array(
  z.looseObject({
    current: z.boolean().default(false),
    /** 8 characters on 0.14, all 64 since. */
    id: z.string(),
    userName: z.string().default(''),
    hostName: z.string().default(''),
    /** `2026-11-22 22:39:02` in the zone of this process. */
    created: z.string(),
  }),
);

export async function keys(restic: Restic, operation: Operation): Promise<readonly KeyRecord[]> {
  const list = await readDocument(restic, keyList, { name: 'key', subcommand: 'list' }, operation);
  return list.map(({ id, current, userName, hostName, created }) => ({
    id,
    current,
    user: userName,
    host: hostName,
    createdAt: Date.parse(created.replace(' ', 'T')),
  }));
}

/** The password goes by descriptor. */
export async function addKey(restic: Restic, password: Secret, operation: Operation): Promise<string> {
  const { features } = await restic.program(operation);
  // Before 0.16 restic does not say which key it made.
  const before = features.keyIds ? undefined : new Set((await keys(restic, operation)).map(({ id }) => id));
  let id: string | undefined;
  const stdout = (line: string): void => {
    id ??= /^saved new key with ID ([0-9a-f]{64})$/.exec(line)?.[1];
  };
  const call = {
    name: 'key',
    subcommand: 'add',
    flags: [`--new-password-file=${descriptorPath('new-password')}`],
    descriptors: { [descriptorName('new-password')]: password },
    json: false,
  };
  restic.throwIfFailed(await restic.supervise(call, { stdout }, operation));
  if (before !== undefined) id = (await keys(restic, operation)).find((key) => !before.has(key.id))?.id;
  if (id !== undefined) return id;
  throw new UmbraError('engine.output', `restic added a key to repository ${restic.name}, and it is not there`);
}

export async function removeKey(restic: Restic, id: string, operation: Operation): Promise<void> {
  const call = { name: 'key', subcommand: 'remove', operands: [id], json: false };
  restic.throwIfFailed(await restic.supervise(call, {}, operation));
}

import * as z from 'zod';
import type { KeyRecord, Operation } from '@umbracore/contracts';
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

import { hostname } from 'node:os';
import { rm } from 'node:fs/promises';
import { type Clock, type Secret, UmbraError, type MachineKey } from '@umbracore/contracts';
import { openRepository } from '../repository.ts';
import { findKeyIn } from './find-key.ts';
import { keyDocument } from './key-document.ts';
import { makeSecret, readSecret, Unusable } from './secret-file.ts';
import { writeKey } from './write-key.ts';

/** Where a repository and the secret of this machine for it are. */
export interface MachineKeyPlace {
  /** The folder of the repository. */
  readonly repository: string;
  /** The file of the secret. */
  readonly file: string;
}

/** The machine key as it stands, also one that is not used because others may read it; undefined if there is no secret. */
export async function machineKeyAt(place: MachineKeyPlace): Promise<MachineKey | undefined> {
  const found = await readSecret(place.file);
  if (found === undefined) return undefined;
  return { id: await idOf(place, found instanceof Unusable ? found.secret : found), file: place.file };
}

const idOf = async ({ repository }: MachineKeyPlace, secret: Secret | undefined): Promise<string | undefined> =>
  secret === undefined ? undefined : findKeyIn(repository, secret);

/**
 * Makes the machine key, or what of it is missing: the secret first, then the key in the repository. A crash in between leaves
 * a secret that opens nothing, which the next call goes on with. It has opened the repository when this resolves.
 */
export async function addMachineKey(place: MachineKeyPlace, password: Secret, clock: Clock): Promise<MachineKey> {
  const found = await readSecret(place.file);
  if (found instanceof Unusable) throw unusable(place, found);
  const known = found === undefined ? undefined : await idOf(place, found);
  if (known !== undefined) return { id: known, file: place.file };
  await using repository = await openRepository(place.repository, { password });
  const secret = found ?? (await makeSecret(place.file));
  const master = repository.copyKey();
  try {
    const document = keyDocument(master, secret.reveal(), hostname(), new Date(clock.now()));
    try {
      await writeKey(place.repository, document);
    } catch (error) {
      // To whoever may not write to the repository it would be of no use, and a riddle.
      if (found === undefined) await removeSecret(place);
      throw error;
    }
    await using proof = await openRepository(place.repository, { password: secret, keyHint: document.id });
    if (proof.keyId !== document.id || proof.id !== repository.id) throw unproven(place);
    return { id: document.id, file: place.file };
  } finally {
    master.wipe();
  }
}

/** Removes the secret: nothing opens with it any more. */
export const removeSecret = ({ file }: MachineKeyPlace): Promise<void> => rm(file, { force: true });

const unusable = ({ file }: MachineKeyPlace, { why }: Unusable): UmbraError =>
  new UmbraError('secret.unavailable', `The secret of the machine key, ${file}, ${why}`, {
    hint: 'Remove the machine key, and add a new one.',
    context: { file },
  });

const unproven = ({ repository }: MachineKeyPlace): UmbraError =>
  new UmbraError('repository.changed', `The repository in ${repository} became another one meanwhile`, {
    hint: 'Add the machine key again.',
  });

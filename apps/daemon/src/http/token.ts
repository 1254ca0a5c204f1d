import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { writeAtomically } from '../place/write-atomically.ts';

const tokenBytes = 32;

const fileOf = (stateDir: string): string => join(stateDir, 'daemon.token');

/** The token of a state folder, made at the first call. Throws `daemon.refused` if others could have read or chosen it. */
export function apiToken(stateDir: string): string {
  const file = fileOf(stateDir);
  const facts = lstatSync(file, { throwIfNoEntry: false });
  if (facts === undefined) return newToken(stateDir);
  if (!facts.isFile() || (facts.mode & 0o077) !== 0 || (process.getuid !== undefined && facts.uid !== process.getuid()))
    throw new UmbraError('daemon.refused', `the token in ${file} is not for us alone`, {
      hint: `Remove ${file}, and make a new one with \`umbra daemon token\`.`,
    });
  const token = readFileSync(file, 'utf8').trim();
  return token.length >= tokenBytes ? token : newToken(stateDir);
}

/** Replaces the token: who knows the old one is locked out. */
export function newToken(stateDir: string): string {
  const token = randomBytes(tokenBytes).toString('base64url');
  writeAtomically(fileOf(stateDir), `${token}\n`);
  return token;
}

/** Takes as long for a wrong token as for the right one. */
export function isTokenOf(expected: string, authorization: string | undefined): boolean {
  const given = /^Bearer (?<token>\S+)$/i.exec(authorization ?? '')?.groups?.['token'] ?? '';
  return timingSafeEqual(digest(given), digest(expected));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

import type { JobId } from '@umbracore/contracts';

/** FNV-1a of a text's code units, as 32 bits. */
export function textHash(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93);
  }
  return hash >>> 0;
}

/** Where jobs lie between no jitter (0) and all of it (just below 1). Always the same for a schedule, a job and a host. */
export function jitterShare(jobHash: number, seed: number): number {
  let hash = jobHash ^ seed;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export function jobHash(job: JobId): number {
  return textHash(job);
}

export function jitterSeed(fingerprint: string, host: string): number {
  return textHash(`${fingerprint}/${host}`);
}

import { UmbraError, type Instant, type ProgramOutput } from '@umbracore/contracts';
import { execFile } from 'node:child_process';
import type { ReadTree } from './fake-tree.ts';

/** Runs a program and takes what it writes for the one file of a backup. */
export async function readOutput(
  path: string,
  { command: [program, ...args], env }: ProgramOutput,
  { at, signal }: { readonly at: Instant; readonly signal: AbortSignal },
): Promise<ReadTree> {
  const own = Object.entries(env).map(([name, value]) => [name, value.reveal()]);
  const options = { env: Object.fromEntries(own) as NodeJS.ProcessEnv, encoding: 'buffer', signal } as const;
  const content = await new Promise<Uint8Array>((resolve, reject) => {
    execFile(program, args, options, (error, stdout) => {
      if (error === null) return resolve(stdout);
      const code = error.code === 75 ? 'command.temporary' : 'command.failed';
      return reject(new UmbraError(code, `${program} failed: ${error.message}`));
    });
  });
  const entry = { path, type: 'file', size: content.length, modifiedAt: at, mode: 0o600, uid: 0, gid: 0 } as const;
  return { saved: new Map([[path, { entry, content }]]), unreadable: [] };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What the tests are told of; undefined if it could not be had. */
export const restServerProgram = process.env['UMBRA_TEST_RESTIC_REST_SERVER'];

export interface RestServer {
  /** Of what it serves, as restic writes it. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves the repositories in a folder over HTTP, at a port of its own choice. */
export async function startRestServer(data: string, home: string): Promise<RestServer> {
  const args = ['--path', data, '--listen', '127.0.0.1:0', '--no-auth'];
  const child = spawn(restServerProgram ?? '', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home },
  });
  const ended = once(child, 'close');
  for await (const line of createInterface(child.stderr)) {
    const address = /server on (?<address>127\.0\.0\.1:\d+)/.exec(line)?.groups?.['address'];
    if (address === undefined) continue;
    child.stderr.resume();
    return {
      url: `rest:http://${address}/`,
      async stop() {
        child.kill('SIGKILL');
        await ended;
      },
    };
  }
  throw new Error('the server does not serve');
}

import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './world.ts';

/** The commands of a page, by the title of their section, as somebody would type them. */
function commandsOf(page: string): ReadonlyMap<string, string> {
  const sections = page.split(/^(?=\d+\. [A-Z])/m).slice(1);
  return new Map(
    sections.map((section) => {
      const [title = '', ...lines] = section.split('\n');
      const commands = lines.filter((line) => line.startsWith('    ')).map((line) => `${line}\n`);
      return [title.replace(/^\d+\. /, ''), commands.join('')];
    }),
  );
}

/** A computer with an engine and a shell, and nothing of ours. */
export class Elsewhere {
  readonly folder: string;
  readonly #env: Record<string, string>;
  readonly #commands: ReadonlyMap<string, string>;

  /** `usual`: beside the engine there is what every system has. */
  constructor(
    world: World,
    engine: { readonly name: string; readonly path: string; readonly usual?: string },
    page: string,
  ) {
    const { name, path, usual = '' } = engine;
    this.folder = world.makeFolder('elsewhere');
    mkdirSync(join(this.folder, 'bin'));
    const program = join(this.folder, 'bin', name);
    writeFileSync(program, `#!/bin/sh\nexec '${path}' "$@"\n`, { mode: 0o700 });
    this.#env = { PATH: `${join(this.folder, 'bin')}${usual}`, HOME: world.makeFolder('elsewhere', 'home') };
    this.#commands = commandsOf(page);
  }

  start(section: string, programs = '') {
    const commands = this.#commands.get(section);
    if (commands === undefined) throw new Error(`no section ${section} in ${[...this.#commands.keys()].join(', ')}`);
    const env = { ...this.#env, PATH: `${this.#env['PATH'] ?? ''}${programs}` };
    const child = spawn('/bin/sh', ['-eu'], { cwd: this.folder, env, stdio: 'pipe', detached: true });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    child.stdin.end((this.#commands.get('SET UP THE SHELL') ?? '') + commands);
    return { child, ended, output };
  }

  async run(section: string): Promise<string> {
    const { ended, output } = this.start(section);
    const code = await ended;
    if (code !== 0) throw new Error(`${section} ended with ${code}: ${output.stderr}`);
    return output.stdout;
  }
}

/** Every file below a folder with its content. */
export const tree = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file): [string, string] => [file.slice(folder.length), readFileSync(file).toString('base64')])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));

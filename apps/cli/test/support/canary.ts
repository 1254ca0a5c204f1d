import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from './unzip.ts';

/** More of a file is not looked at: only sources and packs are so large. */
const mostBytes = 8 * 1024 * 1024;

/** The forms in which a text is found again by whoever reads it. */
function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    // Wherever it begins in what was encoded, but for the characters that it shares with its neighbours.
    ...[0, 1, 2].map((before) =>
      Buffer.concat([Buffer.alloc(before), bytes])
        .toString('base64')
        .slice(before === 0 ? 0 : 4)
        .replace(/.{4}=*$/, ''),
    ),
  ];
  return [...new Set(forms)].map((form) => Buffer.from(form));
}

/** A secret that every test of a world has, and everywhere that it was seen where no secret may be. */
export class Canary {
  readonly #forms: readonly Buffer[];
  readonly #seen = new Set<string>();

  constructor(secret: string) {
    this.#forms = formsOf(secret);
  }

  look(where: string, content: string | Buffer): void {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    if (this.#forms.some((form) => bytes.includes(form))) this.#seen.add(where);
  }

  /** Looks into every file below a folder, and at the names. */
  lookBelow(folder: string): void {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const file = join(folder, name);
      this.look('the name of a file', name);
      const facts = statSync(file, { throwIfNoEntry: false });
      if (facts?.isFile() === true && facts.size <= mostBytes) this.#lookInto(file, readFileSync(file));
    }
  }

  /** What is packed shows its content to whoever unpacks it. */
  #lookInto(file: string, content: Buffer): void {
    this.look(file, content);
    for (const [name, packed] of unzip(content) ?? []) this.look(`${name} of ${file}`, packed);
  }

  /** Fails if it was seen anywhere but there. */
  expectUnseen(allowed: (where: string) => boolean): void {
    const places = [...this.#seen].filter((where) => !allowed(where));
    if (places.length > 0) throw new Error(`the password of the repository is in ${places.join(', ')}`);
  }
}

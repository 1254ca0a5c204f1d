import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { UmbraError } from '@umbracore/contracts';
import { whoCouldReplace, whoHas } from './owned-path.ts';
import { parsePolicy, type Policy } from './policy.ts';

/** Longer ones are no policy. */
const limitBytes = 1024 * 1024;

/** The policy with the accounts in it as numbers. */
export interface Allowed {
  readonly policy: Policy;
  readonly users: ReadonlySet<number>;
  readonly groups: ReadonlySet<number>;
}

/** The policy file, read again when it was changed. Only one that nobody but root can change is read at all. */
export class PolicyFile {
  readonly path: string;
  #read: { readonly stamp: string; readonly allowed: Allowed } | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** Throws `config.*` with what is wrong with it. */
  current(): Allowed {
    const descriptor = this.#open();
    try {
      const facts = fstatSync(descriptor);
      const problem = whoHas(facts, this.path, 0) ?? whoCouldReplace(this.path, 0);
      if (problem !== undefined) throw this.#unsafe(problem);
      if (this.#read?.stamp === stampOf(facts)) return this.#read.allowed;
      if (facts.size > limitBytes) throw this.#unsafe(`${this.path} is too long`);
      const policy = parsePolicy(readFileSync(descriptor, 'utf8'), this.path);
      const allowed = { policy, users: numbersOf(policy.users, '/etc/passwd'), groups: groupsOf(policy.groups) };
      this.#read = { stamp: stampOf(facts), allowed };
      return allowed;
    } finally {
      closeSync(descriptor);
    }
  }

  #open(): number {
    try {
      return openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ELOOP')
        throw this.#unsafe(`${this.path} is a link`);
      throw new UmbraError('config.absent', `There is no policy ${this.path} that can be read`, {
        hint: 'Write it as root: `umbra helper policy` prints one for the privileged jobs.',
        cause,
      });
    }
  }

  #unsafe(problem: string): UmbraError {
    return new UmbraError('config.unsafe', `The policy is not root's alone: ${problem}`, {
      hint: `Run as root: chown root:root ${this.path} && chmod 0644 ${this.path}, and the same for the folders above.`,
    });
  }
}

const stampOf = ({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string => [dev, ino, size, mtimeMs, ctimeMs].join(':');

const groupsOf = (names: Policy['groups']): ReadonlySet<number> => numbersOf(names, '/etc/group');

/** Names as the system's own file has them; an unknown one is an error, for it may be a slip of the pen. */
function numbersOf(names: readonly (string | number)[], file: string): ReadonlySet<number> {
  const lines = names.some((name) => typeof name === 'string') ? readFileSync(file, 'utf8').split('\n') : [];
  return new Set(
    names.map((name) => {
      if (typeof name === 'number') return name;
      const number = lines.map((line) => line.split(':')).find(([first]) => first === name)?.[2];
      if (number !== undefined) return Number(number);
      throw new UmbraError('config.unknown-reference', `The policy names ${name}, which is not in ${file}`, {
        hint: 'Correct the name, or write the number.',
      });
    }),
  );
}

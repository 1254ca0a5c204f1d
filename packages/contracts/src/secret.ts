const mask = '[secret]';

/** Shared by all copies of this package in a process: a plug-in may have another one than the program. */
const brand = Symbol.for('@umbracore/Secret');

/**
 * A value that must not be seen: it prints as `[secret]` however it is turned into text.
 * `reveal` is called only where the value leaves the process, never to build a message.
 */
export class Secret {
  readonly [brand] = true;
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return mask;
  }
}

/** Whether something is a `Secret`, of whichever copy of this package. */
export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && brand in value;
}

/**
 * Where a secret is found: `{ scheme: 'env', target: 'NAME' }`, `{ scheme: 'file', target: '/abs/path' }`,
 * `{ scheme: 'command', target: ['pass', 'show', 'x'] }`. A reference is safe to store and to print.
 */
export interface SecretReference {
  readonly scheme: string;
  readonly target: string | readonly string[];
}

/** One way to find secrets, named by the scheme it answers for. */
export interface SecretProvider {
  readonly scheme: string;
  /** The secret without its trailing line break. Throws `secret.unavailable` naming the reference, never the value. */
  resolve(reference: SecretReference, signal?: AbortSignal): Promise<Secret>;
  /**
   * What a person should know of how the secret was found when it was last asked for, such as that it is elsewhere than the reference
   * says: a sentence without its full stop, and without the value. Absent or undefined: nothing.
   */
  noteOn?(reference: SecretReference): string | undefined;
}

/** All providers as one: chooses by scheme. Throws `secret.unavailable` for a scheme that nobody answers for. */
export interface SecretResolver {
  resolve(reference: SecretReference, signal?: AbortSignal): Promise<Secret>;
  /** As the provider has it. */
  noteOn?(reference: SecretReference): string | undefined;
}

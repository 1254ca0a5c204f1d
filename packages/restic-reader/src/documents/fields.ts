import { damaged } from '../problems.ts';

/** A JSON object of the repository; nothing is known of its fields. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Takes the fields of one document apart. What is not as restic writes it is damage, which names the document. */
export class FieldReader {
  readonly #what: string;
  readonly #fields: Fields;

  constructor(what: string, value: unknown) {
    this.#what = what;
    if (!isFields(value)) throw damaged(what, 'holds no document');
    this.#fields = value;
  }

  has(field: string): boolean {
    return this.#fields[field] !== undefined && this.#fields[field] !== null;
  }

  text(field: string): string {
    const value = this.#fields[field];
    return typeof value === 'string' ? value : this.#refuse(field, 'text');
  }

  /** Absent where restic leaves out what is empty. */
  textOr<T>(field: string, absent: T): string | T {
    return this.has(field) ? this.text(field) : absent;
  }

  texts(field: string): readonly string[] {
    const value = this.#fields[field] ?? [];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    return this.#refuse(field, 'a list of texts');
  }

  id(field: string): string {
    const value = this.text(field);
    return isId(value) ? value : this.#refuse(field, 'an id');
  }

  idOr<T>(field: string, absent: T): string | T {
    return this.has(field) ? this.id(field) : absent;
  }

  /** A whole number that is not negative; 0 if it is left out. */
  count(field: string): number {
    const value = this.#fields[field] ?? 0;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? value
      : this.#refuse(field, 'a count');
  }

  bytes(field: string): Buffer {
    return Buffer.from(this.text(field), 'base64');
  }

  list(field: string): readonly unknown[] {
    const value = this.#fields[field] ?? [];
    return Array.isArray(value) ? value : this.#refuse(field, 'a list');
  }

  /** A document inside of this one; undefined if it is left out. */
  inner(field: string): FieldReader | undefined {
    return this.has(field) ? new FieldReader(this.#what, this.#fields[field]) : undefined;
  }

  #refuse(field: string, wanted: string): never {
    throw damaged(this.#what, `has no field "${field}" that is ${wanted}`);
  }
}

export const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

export function parseJson(what: string, document: Buffer | string): unknown {
  try {
    return JSON.parse(document.toString());
  } catch {
    throw damaged(what, 'is no JSON');
  }
}

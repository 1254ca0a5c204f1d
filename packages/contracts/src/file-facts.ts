/** What is known of a file, as `lstat` of Node gives it. */
export interface FileFacts {
  readonly size: number;
  readonly mtimeMs: number;
}

/** In whole milliseconds, rounded as the dates of Node are: what is finer does not survive its copies. */
export const modifiedAt = ({ mtimeMs }: FileFacts): number => Math.round(mtimeMs);

/** As far as size and time tell. */
export const areSame = (one: FileFacts, other: FileFacts): boolean =>
  one.size === other.size && modifiedAt(one) === modifiedAt(other);

/** The same with what it is. */
export interface KindOfFile extends FileFacts {
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

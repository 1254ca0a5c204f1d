/** A promise that somebody else settles. */
export interface Later<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T | PromiseLike<T>) => void;
  readonly reject: (error: Error) => void;
}

export function later<T>(): Later<T> {
  let settle: Pick<Later<T>, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new TypeError('a promise calls its maker at once');
  return { promise, ...settle };
}

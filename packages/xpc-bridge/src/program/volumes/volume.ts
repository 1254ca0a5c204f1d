/** One kind of file system that can keep how it was at one moment. */
export interface Volume {
  /** The folder where its files are seen. */
  place(): Promise<string>;
  /** Makes the snapshot of this id, if it is not there, and gives the folder where everybody sees its files. */
  create(id: string): Promise<string>;
  /** The same for one view of the file system: gives the arguments of `mount` by which it takes the place of the files there. */
  hold(id: string): Promise<readonly string[]>;
  /** Removes it and what was mounted of it; nothing happens if there is none. */
  release(id: string): Promise<void>;
}

/** What a snapshot of ours is called, so that no other is ever touched. */
export const snapshotName = (id: string): string => `umbra-${id}`;

/** Arguments of `mount` by which a folder takes the place of another one. */
export const inPlaceOf = (place: string, folder: string): readonly string[] => ['--bind', '--', folder, place];

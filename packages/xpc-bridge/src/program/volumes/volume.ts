/** One kind of file system that can keep how it was at one moment. */
export interface Volume {
  /** Makes the snapshot of this id, if it is not there, and gives the folder where its files are. */
  create(id: string): Promise<string>;
  /** Removes it and what was mounted of it; nothing happens if there is none. */
  release(id: string): Promise<void>;
}

/** What a snapshot of ours is called, so that no other is ever touched. */
export const snapshotName = (id: string): string => `umbra-${id}`;

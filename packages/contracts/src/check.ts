/** How much a check reads: the structure, a part of the data, or all data. */
export type CheckScope =
  | { readonly type: 'structure' }
  /** Part `part` of `of`, both from 1: repeating with the next part covers everything. */
  | { readonly type: 'part'; readonly part: number; readonly of: number }
  /** More than 0, at most 100. */
  | { readonly type: 'percent'; readonly percent: number }
  | { readonly type: 'all' };

export interface CheckReport {
  readonly sound: boolean;
  /** True if all that is stored was read and compared with its checksums, whatever part was asked for. */
  readonly readsAll?: boolean | undefined;
  readonly problems: readonly string[];
  /** Commands that the engine recommends, in words. */
  readonly advice: readonly string[];
  /** What this engine can do about the problems, in this order: a later one is for what the ones before could not heal. */
  readonly repairs?: readonly RepairStep[] | undefined;
}

/**
 * A way to repair a repository. `index`: its index is made anew of what is there; nothing is lost. `packs`: what is whole in these
 * damaged files is saved, and they are dropped. `snapshots`: what cannot be restored any more is taken out of the snapshots that
 * have it, so that the rest of them can; those get new ids.
 */
export type RepairStep =
  | { readonly type: 'index' }
  | { readonly type: 'packs'; readonly packs: readonly string[] }
  /** `dryRun`: only tells which ones. */
  | { readonly type: 'snapshots'; readonly dryRun?: boolean | undefined };

export interface RepairResult {
  /** What the engine said of it, line by line; bounded. */
  readonly lines: readonly string[];
  /** Of a dry run: the snapshots that would lose something, by their ids or how these begin. */
  readonly snapshots?: readonly string[] | undefined;
}

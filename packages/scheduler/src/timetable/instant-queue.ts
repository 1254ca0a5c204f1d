import type { Instant } from '@umbracore/contracts';
import { Int32Column, InstantColumn } from './columns.ts';
import { none, PlaceIndex } from './place-index.ts';

/**
 * Entries, which are numbers from 0, in the order of their instants; of the same instant, in the order in which they came.
 *
 * All entries of one instant are a bucket, a list that goes from entry to entry, and only buckets are kept in order, as a
 * heap: a million daily jobs are in 1,440 buckets at most, so that putting one back is a matter of linking it.
 */
export class InstantQueue {
  // By entry. One that is not queued has no bucket; buckets are kept from 1, so that an unwritten 0 means none.
  readonly #bucketOf = new Int32Column();
  readonly #next = new Int32Column();
  readonly #previous = new Int32Column();
  // By bucket. A free bucket has the next free one as its head.
  readonly #at = new InstantColumn();
  readonly #head = new Int32Column();
  readonly #tail = new Int32Column();
  readonly #heapPlace = new Int32Column();
  readonly #heap = new Int32Column();
  readonly #byInstant = new PlaceIndex((bucket) => instantHash(this.#at.get(bucket)));
  #heapSize = 0;
  #bucketCount = 0;
  #freeBucket = 0;
  #lastBucket = 0;

  firstAt(): Instant | undefined {
    return this.#heapSize === 0 ? undefined : this.#at.get(this.#heap.get(0));
  }

  atOf(entry: number): Instant | undefined {
    const bucket = this.#bucketOf.get(entry);
    return bucket === 0 ? undefined : this.#at.get(bucket);
  }

  /** Adds an entry that is not queued. */
  add(entry: number, at: Instant): void {
    const bucket = this.#bucketAt(at);
    const tail = this.#tail.get(bucket);
    this.#bucketOf.set(entry, bucket);
    this.#previous.set(entry, tail);
    this.#next.set(entry, none);
    this.#tail.set(bucket, entry);
    if (tail === none) this.#head.set(bucket, entry);
    else this.#next.set(tail, entry);
  }

  /** Takes out an entry, if it is queued. */
  delete(entry: number): void {
    const bucket = this.#bucketOf.get(entry);
    if (bucket === 0) return;
    this.#bucketOf.set(entry, 0);
    const [previous, next] = [this.#previous.get(entry), this.#next.get(entry)];
    if (previous === none) this.#head.set(bucket, next);
    else this.#next.set(previous, next);
    if (next === none) this.#tail.set(bucket, previous);
    else this.#previous.set(next, previous);
    if (this.#head.get(bucket) === none) this.#dropBucket(bucket);
  }

  /** Takes out all entries up to `now` and shows each to `visit`, which may add it again for later than `now`. */
  takeUntil(now: Instant, visit: (entry: number) => void): void {
    while (this.#heapSize > 0 && this.#at.get(this.#heap.get(0)) <= now) {
      const bucket = this.#heap.get(0);
      let entry = this.#head.get(bucket);
      this.#dropBucket(bucket);
      while (entry !== none) {
        const next = this.#next.get(entry);
        this.#bucketOf.set(entry, 0);
        visit(entry);
        entry = next;
      }
    }
  }

  #bucketAt(at: Instant): number {
    // Jobs that were due together are mostly due together again.
    if (this.#lastBucket !== 0 && this.#at.get(this.#lastBucket) === at) return this.#lastBucket;
    const index = this.#byInstant;
    for (let slot = index.slotOf(instantHash(at)); index.at(slot) !== none; slot = index.slotAfter(slot)) {
      if (this.#at.get(index.at(slot)) === at) return (this.#lastBucket = index.at(slot));
    }
    return (this.#lastBucket = this.#newBucket(at));
  }

  #newBucket(at: Instant): number {
    let bucket = this.#freeBucket;
    if (bucket === 0) bucket = this.#bucketCount += 1;
    else this.#freeBucket = this.#head.get(bucket);
    this.#at.set(bucket, at);
    this.#head.set(bucket, none);
    this.#tail.set(bucket, none);
    this.#byInstant.add(bucket);
    this.#heapSize += 1;
    this.#rise(this.#heapSize - 1, bucket);
    return bucket;
  }

  #dropBucket(bucket: number): void {
    const index = this.#byInstant;
    let slot = index.slotOf(instantHash(this.#at.get(bucket)));
    while (index.at(slot) !== bucket) slot = index.slotAfter(slot);
    index.deleteAt(slot);
    this.#heapSize -= 1;
    const last = this.#heap.get(this.#heapSize);
    if (last !== bucket) this.#sink(this.#rise(this.#heapPlace.get(bucket), last), last);
    if (this.#lastBucket === bucket) this.#lastBucket = 0;
    this.#head.set(bucket, this.#freeBucket);
    this.#freeBucket = bucket;
  }

  /** Puts a bucket at a place of the heap or above, and says where. */
  #rise(place: number, bucket: number): number {
    const at = this.#at.get(bucket);
    let free = place;
    while (free > 0) {
      const parent = (free - 1) >> 1;
      const above = this.#heap.get(parent);
      if (this.#at.get(above) <= at) break;
      this.#heap.set(free, above);
      this.#heapPlace.set(above, free);
      free = parent;
    }
    this.#heap.set(free, bucket);
    this.#heapPlace.set(bucket, free);
    return free;
  }

  /** Puts a bucket at a place of the heap or below. */
  #sink(place: number, bucket: number): void {
    const at = this.#at.get(bucket);
    let free = place;
    for (let child = 2 * free + 1; child < this.#heapSize; child = 2 * free + 1) {
      const other = child + 1;
      if (other < this.#heapSize && this.#at.get(this.#heap.get(other)) < this.#at.get(this.#heap.get(child)))
        child = other;
      const below = this.#heap.get(child);
      if (this.#at.get(below) >= at) break;
      this.#heap.set(free, below);
      this.#heapPlace.set(below, free);
      free = child;
    }
    this.#heap.set(free, bucket);
    this.#heapPlace.set(bucket, free);
  }
}

/** Instants are mostly whole minutes: the low bits alone would collide. */
function instantHash(at: Instant): number {
  const seconds = Math.imul(Math.floor(at / 1000) | 0, 0x9e_37_79_b1);
  return (seconds ^ (seconds >>> 15)) >>> 0;
}

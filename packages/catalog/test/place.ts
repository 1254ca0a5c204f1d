import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, type Clock } from '@umbracore/contracts';
import { catalogPath, openCatalog, type Catalog, type CatalogPlace } from '@umbracore/catalog';

const unused = (): never => {
  throw new Error('a catalog waits for nothing');
};

/** Real time. */
export const quickClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: unused,
  every: unused,
};

/** Time that flies: every piece of work is too long already. */
export function busyClock(): Clock {
  let now = 0;
  return { ...quickClock, monotonicMs: () => (now += 1000) };
}

export const budgetBytes = 2 ** 30;

/** A folder for catalogs that goes away. */
export class Place implements Disposable {
  readonly dir = mkdtempSync(join(tmpdir(), 'umbra-catalog-'));

  at(clock = quickClock): CatalogPlace {
    return { dir: this.dir, repository: { backend: 'fake', location: '/srv/backup' }, clock, log: silentLog };
  }

  open(clock = quickClock): Catalog {
    return openCatalog(this.at(clock));
  }

  get path(): string {
    return catalogPath(this.at());
  }

  [Symbol.dispose](): void {
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

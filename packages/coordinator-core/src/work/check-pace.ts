import type {
  CheckJobDefinition,
  DurationMs,
  Instant,
  NewCheckScope,
  RereadOutlook,
  RunRecord,
} from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import type { CheckPart } from './check-part.ts';

const day: DurationMs = 86_400_000;

/** restic tells packs apart by the first byte of their ids (all versions), so there are no smaller parts. */
const mostParts = 256;

/** What a check of what is new reads for a job. */
export function paceOf({ readAll }: CheckJobDefinition, everyMs: DurationMs): NewCheckScope['read'] {
  if (readAll === undefined) return 'new';
  return { withinMs: readAll.withinMs, atMostBytes: readAll.bytesPerDay, everyMs };
}

/**
 * Whether the engine's own check has its turn: always where nothing else can check, after damage, and when its last one is as
 * old as the job says. `runs` are those of the job, newest first.
 */
export function isEngineDue(job: CheckJobDefinition, runs: readonly RunRecord[], now: Instant): boolean {
  const [last] = runs;
  if (job.readAll === undefined || last?.report?.kind !== 'check' || !last.report.sound) return true;
  const own = runs.find(({ report }) => report?.kind === 'check' && report.engine !== false);
  const at = own?.startedAt ?? undefined;
  // A clock that was wrong must not put it off for years.
  return at === undefined || at > now || now - at >= job.readAll.engineEveryMs;
}

/** How many parts an engine that reads by parts needs to have read all in time, and whether that is within the budget. */
export function partsOf(
  { withinMs, bytesPerDay }: NonNullable<CheckJobDefinition['readAll']>,
  storedBytes: number,
  everyMs: DurationMs,
  last: CheckPart | null,
): { readonly of: number; readonly outlook: RereadOutlook } {
  const perRun = bytesPerDay * Math.min(1, everyMs / day);
  // One run less than there is time for: one may be missed.
  const inTime = Math.max(1, Math.floor(withinMs / everyMs) - 1);
  const inBudget = Math.max(1, Math.ceil(storedBytes / perRun));
  const wanted = Math.min(mostParts, Math.max(inTime, inBudget));
  // Other parts begin anew: as long as the old ones will do they stay, so that the last ones have their turn.
  const of = last !== null && last.of >= Math.min(mostParts, inBudget) && last.of <= 2 * wanted ? last.of : wanted;
  const neededBytes = Math.ceil((storedBytes / inTime) * (day / Math.min(day, everyMs)));
  const keeps = inBudget <= inTime && of * everyMs <= withinMs && inBudget <= mostParts;
  return { of, outlook: { keeps, neededBytes, overdueBytes: 0 } };
}

/** Said before anything is late: somebody has to allow more, or longer. */
export function behind(job: CheckJobDefinition, outlook: RereadOutlook | null): UmbraError | undefined {
  const { readAll } = job;
  if (readAll === undefined || outlook === null || (outlook.keeps && outlook.overdueBytes === 0)) return undefined;
  const days = `${Number((readAll.withinMs / day).toFixed(1))} days`;
  const late =
    outlook.overdueBytes === 0 ? '' : `${sizeText(outlook.overdueBytes)} were not read for longer than that; `;
  const needed = sizeText(outlook.neededBytes);
  const what = outlook.keeps
    ? `Not everything was read within ${days}: ${late}the rest will be in time`
    : `${sizeText(readAll.bytesPerDay)} a day are not enough to read everything within ${days}: ${late}${needed} a day are needed`;
  return new UmbraError('verify.behind', what, {
    hint: `Allow ${job.id} more a day, or a longer time; \`umbra run ${job.id}\` reads today's share.`,
  });
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

function sizeText(bytes: number): string {
  const unit = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** unit).toFixed(1))} ${units[unit] ?? ''}`;
}

import type { LimitsDocument } from '@umbracore/runtime/documents';
import { formatSize } from './sizes.ts';

/** What holds a run back, such as `50 % CPU, idle priority, 10.0 MiB/s up`; empty if nothing does. */
export function throttleText(limits: LimitsDocument): string {
  const { paused, cpu, priority, ioPriority, upload, download, readConcurrency } = limits;
  return [
    ...(paused ? ['paused'] : []),
    ...(cpu === null ? [] : [`${Math.round(cpu * 100)} % CPU`]),
    ...(priority === 'normal' ? [] : [`${priority} priority`]),
    ...(ioPriority === 'normal' ? [] : [`${ioPriority} I/O priority`]),
    ...(upload === null ? [] : [`${formatSize(upload)}/s up`]),
    ...(download === null ? [] : [`${formatSize(download)}/s down`]),
    ...(readConcurrency === null ? [] : [`${readConcurrency} files at a time`]),
  ].join(', ');
}

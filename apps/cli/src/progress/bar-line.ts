import type { ProgressDocument } from '@umbracore/runtime/documents';
import type { Signs } from '../output/signs.ts';
import type { Style } from '../output/colour.ts';
import { displayWidth } from '../output/width.ts';
import { phaseWord, progressNumbers, shareText } from './sentences.ts';

const leastBar = 10;
const mostBar = 33;
const phaseWidth = 11;
const gap = '   ';

/** Of a run that stands still nothing more is heard until it goes on. */
type DrawnProgress = ProgressDocument & { readonly isPaused?: boolean | undefined };

const standingStill = (progress: ProgressDocument): ProgressDocument => ({
  ...progress,
  bytesPerSecond: null,
  eta: null,
});

/** `  uploading   ━━━━━╺━━━━  62 %   29.8/48.1 GiB   9.9 MiB/s   left 31 min   118,204 files`, never wider than asked. */
export function barLine(progress: DrawnProgress, width: number, signs: Signs, style: Style): string {
  const phase = `  ${(progress.isPaused === true ? 'paused' : phaseWord(progress)).padEnd(phaseWidth)} `;
  const { percentage } = progress;
  const share = percentage === null ? '' : `  ${shareText(progress).padStart(4)}`;
  const numbers = progressNumbers(progress.isPaused === true ? standingStill(progress) : progress);
  const tail = (): string => numbers.map((number) => gap + number).join('');
  const taken = (): number => phase.length + share.length + displayWidth(tail());
  while (numbers.length > 0 && taken() + (percentage === null ? 0 : leastBar) > width) numbers.pop();
  const room = Math.min(mostBar, width - taken());
  const drawn = percentage === null || room < leastBar ? '' : bar(percentage, room, signs, style);
  return `${phase}${drawn}${share}${tail()}`;
}

function bar(percentage: number, width: number, signs: Signs, style: Style): string {
  const done = Math.min(width, Math.floor((percentage / 100) * width));
  const left = width - done;
  if (left === 0) return style.green(signs.barDone.repeat(done));
  return style.green(signs.barDone.repeat(done)) + style.dim(signs.barHead + signs.barLeft.repeat(left - 1));
}

import { maskOf, type Secret } from '@umbracore/contracts';

/** So many lines are passed on as they come, and so many of the last ones when all has been said. */
const headLines = 1000;
const tailLines = 200;

export interface CommandOutput {
  add(line: string): void;
  /** Passes on what was held back. */
  end(): void;
}

/** What a program says, bounded and without its secrets. */
export function commandOutput(secrets: readonly Secret[], note: (line: string) => void): CommandOutput {
  const masked = maskOf(secrets);
  let tail: string[] = [];
  let seen = 0;
  let leftOut = 0;
  return {
    add(line) {
      seen += 1;
      if (seen <= headLines) return note(masked(line));
      tail.push(line);
      if (tail.length < 2 * tailLines) return;
      leftOut += tailLines;
      tail = tail.slice(tailLines);
    },
    end() {
      leftOut += Math.max(0, tail.length - tailLines);
      if (leftOut > 0) note(`… ${leftOut} lines left out …`);
      for (const line of tail.slice(-tailLines)) note(masked(line));
      tail = [];
      leftOut = 0;
    },
  };
}

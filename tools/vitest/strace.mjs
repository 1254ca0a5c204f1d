import { foundStrace, straceVariable } from '../strace.mjs';

/** Tells tests where the program is that records what a process asks of the kernel, if it may do so here. */
export default function strace() {
  const program = foundStrace();
  if (program === undefined) delete process.env[straceVariable];
  else process.env[straceVariable] = program;
}

// Every task of this checkout: `node tools/dev.mjs TASK [ARGS]`, or `npm run TASK -- ARGS`.
// Built-ins only, and nothing newer than Node 18: this file must start on the Node a machine happens to have.
import { nodeInRange, fetchedNode } from './dev/node.mjs';
import { installDependencies } from './dev/install.mjs';
import { Failure, rerunUnder, say } from './dev/process.mjs';

const [task = 'help', ...args] = process.argv.slice(2);

try {
  if (!nodeInRange(process.versions.node)) {
    process.exitCode = await rerunUnder(await fetchedNode());
  } else {
    await installDependencies();
    const { tasks } = await import('./dev/tasks.mjs');
    if (!Object.hasOwn(tasks, task))
      throw new Failure(`There is no task "${task}". Tasks: ${Object.keys(tasks).join(', ')}`);
    process.exitCode = (await tasks[task](args)) ?? 0;
  }
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}

import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { definePlugin, UmbraError } from '@umbracore/contracts';

/** Brings the hook `bell`, which writes its name to a diary and goes on when there is a file `go`. */
export default definePlugin({
  name: 'bell',
  register(host, { diary, go }) {
    const write = (text) => appendFileSync(diary, `${text}\n`);
    host.addHook({
      kind: 'bell',
      check(options) {
        if (typeof options === 'string') return;
        throw new UmbraError('config.invalid-value', 'bell has no name', { hint: 'Write a text.' });
      },
      async run(options, { phase }, { signal, note, secrets }) {
        write(options);
        try {
          while (!existsSync(go)) await sleep(50, undefined, { signal });
        } catch (error) {
          write(`${String(options)} ended`);
          throw error;
        }
        const [secret] = Object.values(secrets);
        note(`rung ${phase} ${secret?.reveal() ?? ''}`);
        if (secret !== undefined) throw new Error(`the rope of ${secret.reveal()} broke`);
        return options === 'later' ? 'not-now' : 'done';
      },
    });
  },
});

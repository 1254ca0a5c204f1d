/** Passes its arguments to restic as `umbra restic` does, and ends with its exit code. */
import { createResticBackend } from '@umbracore/restic-adapter';
import { Bench } from './subject.ts';

const [program = '', folder = '', ...args] = process.argv.slice(2);
using own = new Bench(program, folder);
const repository = own.repository('repository', { location: `${folder}/repository` });
process.exitCode = await createResticBackend(repository, own.host).passThrough(args);

// The process of one bench: NAME FOLDER [ROUNDS].
import { say } from '../dev/process.mjs';

const [name, folder, rounds] = process.argv.slice(2);
const { bench } = await import(`./${name}.bench.mjs`);

const options = {
  /** Empty, on a real disk, removed afterwards. */
  folder,
  rounds: rounds ? Number(rounds) : bench.rounds,
  note: (text) => say(`${name}: ${text}`),
};
const lines = await bench.run(options);
const { title, ours, yardstick } = bench;
process.send({ title, ours, yardstick, rounds: options.rounds, lines }, () => process.disconnect());

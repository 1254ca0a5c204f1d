const widths = { name: 46, ours: 12, yardstick: 14, ratio: 8, goal: 10 };
export const tableWidth = Object.values(widths).reduce((sum, width) => sum + width) + 3;

const scales = {
  ms: [
    [10_000, 1000, 's', 1],
    [1000, 1000, 's', 2],
    [100, 1, 'ms', 0],
    [10, 1, 'ms', 1],
    [0, 1, 'ms', 2],
  ],
  µs: [
    [100, 1, 'µs', 0],
    [10, 1, 'µs', 1],
    [0, 1, 'µs', 2],
  ],
  MB: [[0, 1, 'MB', 0]],
  B: [[0, 1, 'B', 0]],
  '%': [[0, 1, '%', 0]],
};

/** Three digits or so, in the unit that keeps them short. */
export function formatted(value, unit) {
  const [, divisor, name, digits] = scales[unit].find(([from]) => value >= from) ?? scales[unit].at(-1);
  return `${(value / divisor).toFixed(digits)} ${name}`;
}

/**
 * `met`, `missed`, or `noise` if the ratio is above its goal but the spread of the rounds reaches below it; undefined
 * without a goal.
 */
export function verdict({ ours, ratio, ratioQuartiles, goal }) {
  if (goal === undefined) return undefined;
  const [value, limit] = goal.ratio === undefined ? [ours.median, goal.value] : [ratio, goal.ratio];
  if (value <= limit) return 'met';
  const [lowest] = goal.ratio === undefined ? ours.quartiles : ratioQuartiles;
  return lowest <= limit ? 'noise' : 'missed';
}

const signs = { met: ' ✓', noise: ' ~', missed: ' ✗' };

function row({ name, ours, yardstick, ratio, goal, sign = '' }) {
  const cells = [
    name.padEnd(widths.name),
    ours.padStart(widths.ours),
    yardstick.padStart(widths.yardstick),
    ratio.padStart(widths.ratio),
    goal.padStart(widths.goal),
  ];
  return (cells.join('') + sign).trimEnd();
}

function lineRow(line) {
  const { name, unit, ours, yardstick, ratio, goal } = line;
  return row({
    name: `  ${name}`,
    ours: formatted(ours.median, unit),
    yardstick: yardstick === undefined ? '' : formatted(yardstick.median, unit),
    ratio: ratio === undefined || Number.isNaN(ratio) ? '' : ratioText(ratio),
    goal: goalText(goal, unit),
    sign: signs[verdict(line)],
  });
}

function ratioText(ratio) {
  if (ratio > 0 && ratio < 0.0001) return '< 0.0001';
  if (ratio > 0 && ratio < 0.001) return ratio.toFixed(4);
  return ratio.toFixed(ratio > 0 && ratio < 0.095 ? 3 : 2);
}

function goalText(goal, unit) {
  if (goal === undefined) return '';
  return `≤ ${goal.ratio === undefined ? formatted(goal.value, unit) : ratioText(goal.ratio)}`;
}

/** The rows of one bench, under the names of what it compares. */
export function section({ title, ours, yardstick, lines }) {
  const head = row({ name: title, ours, yardstick, ratio: 'ratio', goal: 'goal' });
  return [head, ...lines.map(lineRow)].join('\n');
}

export const rule = '─'.repeat(tableWidth);

/** What the columns mean and how many goals were met. */
export function legend(lines) {
  const count = (wanted) => lines.filter((line) => verdict(line) === wanted).length;
  return [
    'Medians of interleaved rounds; ratio is ours to the yardstick, below 1 is faster.',
    `Goals: ${count('met')} met ✓, ${count('noise')} within the noise ~, ${count('missed')} missed ✗`,
  ].join('\n');
}

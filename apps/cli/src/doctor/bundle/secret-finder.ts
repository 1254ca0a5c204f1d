import type { Secret } from '@umbracore/contracts';

/** Shorter ones are no secrets. */
const shortest = 4;

/** What is shorter turns up by chance in what is decoded. */
const shortestHidden = 8;

/**
 * Tells whether a text holds a secret, as it is or in another form. It decodes what looks encoded, and so finds what a mask, which
 * looks for the forms that it knows, may not: capital hexadecimal, escapes within escapes, lines that are broken in the middle.
 */
export function secretFinder(secrets: readonly Secret[]): (text: string) => boolean {
  const lines = secrets.flatMap((secret) => secret.reveal().split(/\r?\n/)).map((line) => line.trim());
  const values = [...new Set(lines)].filter(({ length }) => length >= shortest);
  // What is decoded to its end may have been decoded too far.
  const hidden = values
    .flatMap(readingsOf)
    .filter(({ length }) => length >= shortestHidden)
    .map((value) => Buffer.from(value));
  const isIn = (bytes: Buffer): boolean => hidden.some((value) => bytes.includes(value));
  return (text) => {
    if (values.some((value) => text.includes(value))) return true;
    const readings = readingsOf(text);
    if (readings.some((reading) => isIn(Buffer.from(reading)))) return true;
    // Of what was decoded, its own escapes.
    return readings
      .flatMap(decoded)
      .some((bytes) => isIn(bytes) || readingsOf(bytes.toString()).some((inner) => isIn(Buffer.from(inner))));
  };
}

/** With and without its escapes and line breaks. */
function readingsOf(text: string): readonly string[] {
  const plain = unescaped(text);
  return [...new Set([text, plain, plain.replaceAll('+', ' ')].flatMap((one) => [one, unbroken(one)]))];
}

const unbroken = (text: string): string => text.replace(/\r?\n[ \t]*/g, '');

/** Of JSON and of addresses, however often one was put into the other, as far as anybody does. */
function unescaped(text: string): string {
  let last = text;
  for (let depth = 0; depth < 4; depth += 1) {
    const next = last
      .replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, code?: string, sign?: string) => signOf(code, sign))
      .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
    if (next === last) break;
    last = next;
  }
  return last;
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const signOf = (code: string | undefined, sign = ''): string =>
  code === undefined ? (controls[sign] ?? sign) : String.fromCharCode(Number.parseInt(code, 16));

/** What looks like base64 or hexadecimal, wherever in it the encoded begins. */
function decoded(text: string): readonly Buffer[] {
  return [
    ...[0, 1, 2, 3].map((from) => decodedRuns(text, /[\w+/-]{11,}/g, 'base64', from)),
    ...[0, 1].map((from) => decodedRuns(text, /[0-9a-fA-F]{16,}/g, 'hex', from)),
  ];
}

const decodedRuns = (text: string, runs: RegExp, encoding: BufferEncoding, from: number): Buffer =>
  Buffer.concat((text.match(runs) ?? []).flatMap((run) => [Buffer.from(run.slice(from), encoding), between]));

const between = Buffer.from('\n');

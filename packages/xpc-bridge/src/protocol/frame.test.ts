import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, type Decoded } from './frame.ts';
import { asRequest } from './requests.ts';

const limit = 1024;

function decoded(...chunks: readonly Buffer[]): readonly Decoded[] {
  const decoder = new FrameDecoder(limit);
  return chunks.flatMap((chunk) => [...decoder.push(chunk)]);
}

/** The bytes in pieces of these lengths. */
function cut(bytes: Buffer, lengths: readonly number[]): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...pieces, bytes.subarray(at)];
}

const message = fc.dictionary(fc.string({ maxLength: 10 }), fc.oneof(fc.string({ maxLength: 50 }), fc.integer()), {
  maxKeys: 5,
});

test('messages come out as they went in, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(40), { maxLength: 20 }), (messages, lengths) => {
      const bytes = Buffer.concat(messages.map((each) => encodeFrame(each)));
      const expected = messages.map((each) => ({ type: 'message', value: JSON.parse(JSON.stringify(each)) }));
      expect(decoded(...cut(bytes, lengths))).toEqual(expected);
    }),
    { seed: 28, numRuns: 300 },
  );
});

test('what is too long, empty or no JSON breaks the connection for good', () => {
  const good = encodeFrame({ verb: 'facts' });
  for (const [bad, why] of [
    [Buffer.from([0, 0, 4, 1]), 'a message of 1025 bytes'],
    [Buffer.from([0xff, 0xff, 0xff, 0xff, 1]), 'a message of 4294967295 bytes'],
    [Buffer.alloc(4), 'a message of 0 bytes'],
    [Buffer.from([0, 0, 0, 1, 0x7b]), 'a message that is no JSON'],
    [Buffer.from([0, 0, 0, 2, 0xc3, 0x28]), 'a message that is no JSON'],
  ] as const) {
    expect(decoded(bad, good)).toEqual([{ type: 'broken', why }]);
  }
});

/** Something near enough to a request that only one thing is wrong with it. */
const nearly = fc.record(
  {
    seq: fc.oneof(fc.nat(3), fc.integer(), fc.double(), fc.string()),
    verb: fc.oneof(fc.constantFrom('facts', 'find', 'read', 'look', 'kill', 'run', 'exec', '__proto__'), fc.string()),
    id: fc.oneof(fc.constantFrom('0'.repeat(32), '../../etc'), fc.string()),
    job: fc.oneof(fc.constantFrom('documents', '../x', '-rf', '__proto__'), fc.string()),
    command: fc.option(fc.array(fc.string()), { nil: undefined }),
  },
  { requiredKeys: [] },
);

test('whatever is sent is a request exactly as it is described, or none', () => {
  fc.assert(
    fc.property(fc.oneof(nearly, fc.anything()), (value) => {
      const request = asRequest(value);
      if (request === undefined) return;
      expect(['facts', 'find', 'kill']).toContain(request.verb);
      expect(Object.keys(request).toSorted()).toEqual(
        request.verb === 'facts' ? ['seq', 'verb'] : ['id', 'seq', 'verb'],
      );
    }),
    { seed: 28, numRuns: 5000 },
  );
});

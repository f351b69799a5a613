// asciicast v2, as https://docs.asciinema.org/manual/asciicast/v2/ says it.
import assert from 'node:assert/strict';

const codes = ['o', 'i', 'r', 'm', 's'];

// The events of a recording that is well formed; fails where one is not.
export function checkCast(text) {
  assert.ok(text.endsWith('\n'));
  const [head, ...rest] = text.slice(0, -1).split('\n').map((line) => JSON.parse(line));
  assert.equal(head.version, 2);
  for (const side of [head.width, head.height]) assert.ok(Number.isInteger(side) && side > 0);
  assert.ok(Number.isInteger(head.timestamp));
  let last = 0;
  for (const event of rest) {
    assert.equal(event.length, 3);
    const [time, code, value] = event;
    assert.ok(time >= last, 'time goes on');
    assert.ok(codes.includes(code), code);
    assert.equal(typeof value, 'string');
    last = time;
  }
  return rest;
}

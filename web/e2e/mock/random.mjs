// A small seeded generator: the same data on every start.
export function seeded(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { next, below, pick: (list) => list[below(list.length)] };
}

export function uuid(kind, index) {
  const hex = index.toString(16).padStart(12, '0');
  return `0197${kind.toString(16).padStart(4, '0')}-0000-7000-8000-${hex}`;
}

export function sha256ish(index) {
  const { below } = seeded(index + 77);
  return Array.from({ length: 64 }, () => below(16).toString(16)).join('');
}

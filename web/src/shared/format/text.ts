// Attacker text is hostile. It is cut here and its control characters become visible pieces; AttackerText draws the pieces.

export const kAttackerTextCharsMax = 2000;

export interface Piece {
  text: string;
  control: boolean; // Drawn as a small mark: the text is then the name of a control character.
}

// Formatting characters that change the order or the look of what stands around them, and others that are invisible.
const named = new Map<number, string>([
  [0x00, 'NUL'], [0x07, 'BEL'], [0x08, 'BS'], [0x09, 'TAB'], [0x0a, 'LF'], [0x0b, 'VT'], [0x0c, 'FF'], [0x0d, 'CR'], [0x1b, 'ESC'],
  [0x7f, 'DEL'], [0xad, 'SHY'], [0x061c, 'ALM'], [0x200b, 'ZWSP'], [0x200c, 'ZWNJ'], [0x200d, 'ZWJ'], [0x200e, 'LRM'], [0x200f, 'RLM'],
  [0x2028, 'LS'], [0x2029, 'PS'], [0x202a, 'LRE'], [0x202b, 'RLE'], [0x202c, 'PDF'], [0x202d, 'LRO'], [0x202e, 'RLO'],
  [0x2060, 'WJ'], [0x2066, 'LRI'], [0x2067, 'RLI'], [0x2068, 'FSI'], [0x2069, 'PDI'], [0xfeff, 'BOM'],
]);

function controlName(code: number): string | null {
  const name = named.get(code);
  if (name !== undefined) return name;
  const control = code < 0x20 || (code >= 0x80 && code < 0xa0) || (code >= 0x2061 && code <= 0x206f) || (code >= 0xe0000 && code <= 0xe0fff);
  if (code >= 0xef80 && code <= 0xefff) return (code - 0xef00).toString(16).toUpperCase(); // A byte that is no UTF-8, as recordings carry it.
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  return control || surrogate ? code.toString(16).toUpperCase().padStart(2, '0') : null;
}

export function visiblePieces(text: string, limit: number = kAttackerTextCharsMax): { pieces: Piece[]; cut: number } {
  const pieces: Piece[] = [];
  let plain = '';
  let taken = 0;
  let length = 0;
  for (const character of text) {
    length += 1;
    if (taken >= limit) continue;
    taken += 1;
    const name = controlName(character.codePointAt(0) ?? 0);
    if (name === null) {
      plain += character;
      continue;
    }
    if (plain) pieces.push({ text: plain, control: false });
    plain = '';
    pieces.push({ text: name, control: true });
  }
  if (plain) pieces.push({ text: plain, control: false });
  return { pieces, cut: length - taken };
}

// One plain line for titles and labels: control characters as ‹NAME›.
export function visibleText(text: string, limit = 200): string {
  const { pieces, cut } = visiblePieces(text, limit);
  return pieces.map((piece) => (piece.control ? `‹${piece.text}›` : piece.text)).join('') + (cut ? '…' : '');
}

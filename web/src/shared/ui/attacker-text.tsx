import { memo } from 'react';
import { kAttackerTextCharsMax, visiblePieces, visibleText } from '@/shared/format/text';
import classes from './attacker-text.module.css';

interface Props {
  text: string;
  limit?: number;
  mono?: boolean;
  wrap?: boolean; // Long text breaks instead of ending in an ellipsis.
}

// Anything that an attacker chose: text only, isolated from the direction of its surroundings, control characters visible, cut.
export const AttackerText = memo(function AttackerText({ text, limit = kAttackerTextCharsMax, mono = false, wrap = false }: Props) {
  const { pieces, cut } = visiblePieces(text, limit);
  const className = [classes.text, mono ? classes.mono : '', wrap ? classes.wrap : ''].join(' ');
  return (
    <bdi dir="auto" className={className} title={wrap ? undefined : visibleText(text, 400)}>
      {pieces.map((piece, index) =>
        piece.control ? (
          <span key={index} className={classes.control}>
            {piece.text}
          </span>
        ) : (
          piece.text
        ),
      )}
      {cut > 0 && <span className={classes.cut}> … {cut.toLocaleString('en')} more characters</span>}
      {text === '' && <span className={classes.cut}>empty</span>}
    </bdi>
  );
});

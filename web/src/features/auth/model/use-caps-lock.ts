import { useState, type KeyboardEvent } from 'react';

interface CapsLock {
  on: boolean;
  props: { onKeyDown: (event: KeyboardEvent) => void; onKeyUp: (event: KeyboardEvent) => void; onBlur: () => void };
}

// Whether caps lock is on while somebody types into a field.
export function useCapsLock(): CapsLock {
  const [on, setOn] = useState(false);
  const look = (event: KeyboardEvent): void => {
    setOn(event.getModifierState('CapsLock'));
  };
  return { on, props: { onKeyDown: look, onKeyUp: look, onBlur: () => { setOn(false); } } };
}

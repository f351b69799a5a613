import type { SubmitEvent } from 'react';

// The text fields of a form that is being sent, which then stays on the page.
export function takeForm(event: SubmitEvent<HTMLFormElement>): (name: string) => string {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  return (name) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
}

import { Anchor } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

function Base({ ref, ...props }: AnchorHTMLAttributes<HTMLAnchorElement> & { ref?: Ref<HTMLAnchorElement> }) {
  return <Anchor ref={ref} inherit {...props} />;
}

// A link within a text, to a page of the dashboard.
export const TextLink = createLink(Base);

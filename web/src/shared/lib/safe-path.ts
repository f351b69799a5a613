// Only paths of this dashboard: a link must not be able to send somebody elsewhere after the login.
export function safePath(next: string | undefined): string {
  return next && /^\/(?![/\\])/.test(next) && !/^\/(login|password)\b/.test(next) ? next : '/';
}

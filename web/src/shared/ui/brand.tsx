import classes from './brand.module.css';

export function Brand() {
  return (
    <span className={classes.brand}>
      <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden fill="none" stroke="var(--dn-accent)" strokeWidth="2.2" strokeLinejoin="round" strokeLinecap="round">
        <path d="M16 4 26.5 10v12L16 28 5.5 22V10Z" opacity="0.45" />
        <path d="M16 4v8M5.5 22l7-4M26.5 22l-7-4" />
        <circle cx="16" cy="16" r="3.8" fill="var(--dn-accent)" stroke="none" />
      </svg>
      decnet
    </span>
  );
}

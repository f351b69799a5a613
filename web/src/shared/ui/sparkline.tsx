interface Props {
  values: readonly number[];
  label: string;
  width?: number;
  height?: number;
}

// A line of the last minute. The label says in words what it shows.
export function Sparkline({ values, label, width = 120, height = 24 }: Props) {
  const top = Math.max(1, ...values);
  const step = width / Math.max(1, values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(height - 1.5 - (value / top) * (height - 3)).toFixed(1)}`);
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${String(width)} ${String(height)}`} preserveAspectRatio="none">
      <polygon points={`0,${String(height)} ${points.join(' ')} ${String(width)},${String(height)}`} fill="var(--dn-accent)" opacity="0.12" />
      <polyline points={points.join(' ')} fill="none" stroke="var(--dn-accent)" strokeWidth="1.25" strokeLinejoin="round" />
    </svg>
  );
}

// A canvas knows no CSS variables: what a variable is in the scheme of this moment, as "rgb(…)".
export function resolvedColour(variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

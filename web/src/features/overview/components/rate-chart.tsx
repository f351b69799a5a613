import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useEffectEvent, useRef } from 'react';
import uPlot from 'uplot';
import type { Overview } from '@/shared/api/types';
import { compact } from '@/shared/format/number';
import { resolvedColour } from '@/shared/lib/colour';

interface Props {
  rate: Overview['rate'];
  onBrush: (since: string, until: string) => void;
}

const kBrushPxMin = 6;
const font = '11px Inter, sans-serif';

function dataOf(rate: Overview['rate']): uPlot.AlignedData {
  return [rate.map(({ at }) => new Date(at).getTime() / 1000), rate.map(({ total }) => total), rate.map(({ critical }) => critical)];
}

function options(width: number, height: number, brushed: (plot: uPlot) => void): uPlot.Options {
  const axis = { stroke: resolvedColour('--dn-dim'), font, ticks: { show: false }, grid: { stroke: resolvedColour('--dn-line-soft'), width: 1 } };
  const accent = resolvedColour('--dn-accent');
  const line = uPlot.paths.stepped?.({ align: 1 });
  return {
    width,
    height,
    padding: [8, 16, 0, 0],
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { x: true, y: false, setScale: false }, y: false },
    scales: { y: { range: (_plot, _min, max) => [0, Math.max(4, max * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false }, values: '{HH}:{mm}', space: 70, size: 26 },
      { ...axis, values: (_plot, splits) => splits.map((value) => (Number.isInteger(value) ? compact(value) : '')), size: 44 },
    ],
    series: [
      {},
      { stroke: accent, fill: `color-mix(in srgb, ${accent} 12%, transparent)`, width: 1.5, paths: line, points: { show: false } },
      { stroke: resolvedColour('--dn-amber-fill'), width: 1.5, paths: line, points: { show: false } },
    ],
    hooks: { setSelect: [brushed] },
  };
}

// Drag across it to choose that span as the time range.
export default function RateChart({ rate, onBrush }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const scheme = useComputedColorScheme('dark');
  const brushed = useEffectEvent((chart: uPlot) => {
    const { left, width } = chart.select;
    if (width < kBrushPxMin) return;
    const at = (px: number): string => new Date(chart.posToVal(px, 'x') * 1000).toISOString();
    onBrush(at(left), at(left + width));
    chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  });
  const current = useEffectEvent(() => dataOf(rate));

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const chart = new uPlot(axesFor(options(element.clientWidth, element.clientHeight, (each) => { brushed(each); })), current(), element);
    plot.current = chart;
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [scheme]);

  useEffect(() => {
    plot.current?.setData(dataOf(rate));
  }, [rate]);

  return <div ref={box} style={{ height: '100%' }} />;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });
const kDayS = 86_400;

function spanOf({ scales: { x } }: uPlot): { min: number; max: number } {
  return { min: x?.min ?? 0, max: x?.max ?? 0 };
}

// Hours within two days, days beyond.
function axesFor(base: uPlot.Options): uPlot.Options {
  const [x, ...rest] = base.axes ?? [];
  const values: uPlot.Axis.DynamicValues = (chart, splits) => {
    const { min, max } = spanOf(chart);
    const format = max - min > 2 * kDayS ? day : clock;
    return splits.map((second) => format.format(second * 1000));
  };
  return { ...base, axes: [{ ...x, values }, ...rest] };
}

import { geoNaturalEarth1, geoPath } from 'd3-geo';
import { useMemo } from 'react';
import { feature } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import landTopology from 'world-atlas/land-110m.json';
import type { Overview } from '@/shared/api/types';
import { plural } from '@/shared/format/number';
import points from '../model/country-points.json';
import classes from './overview.module.css';

const kWidth = 640;
const kHeight = 316;
const kRadiusMax = 22;
const kRadiusMin = 2.5;

const topology = landTopology as unknown as Topology<{ land: GeometryCollection }>;
const land = feature(topology, topology.objects.land);
// Without Antarctica, from where nobody attacks and which takes a fifth of the height.
const frame = { type: 'MultiPoint' as const, coordinates: [[-168, 76], [179, 76], [-168, -55], [179, -55], [0, 82], [0, -56]] };
const projection = geoNaturalEarth1().fitExtent([[6, 4], [kWidth - 6, kHeight - 4]], frame);
const landPath = geoPath(projection)(land) ?? '';
const places = new Map(Object.entries(points as unknown as Record<string, [number, number]>));

export interface Bubble {
  country: string;
  title: string;
  x: number;
  y: number;
  radius: number;
}

// The area of a bubble is the number of attackers; the small ones lie on top.
export function bubbles(countries: Overview['countries']): Bubble[] {
  const top = Math.max(1, ...countries.map(({ attackers }) => attackers));
  return countries
    .flatMap(({ country, name, attackers, events }) => {
      const place = places.get(country);
      const point = place && projection(place);
      if (!point) return [];
      const radius = Math.max(kRadiusMin, Math.sqrt(attackers / top) * kRadiusMax);
      return [{ country, title: `${name}: ${plural(attackers, 'attacker')}, ${plural(events, 'event')}`, x: point[0], y: point[1], radius }];
    })
    .sort((a, b) => b.radius - a.radius);
}

export default function WorldMap({ countries }: { countries: Overview['countries'] }) {
  const shown = useMemo(() => bubbles(countries), [countries]);
  return (
    <svg className={classes.map} viewBox={`0 0 ${String(kWidth)} ${String(kHeight)}`} role="img" aria-label="Map of the countries; the list beside it has the numbers">
      <path d={landPath} fill="var(--dn-land)" stroke="var(--dn-land-line)" strokeWidth="0.5" />
      {shown.map(({ country, title, x, y, radius }) => (
        <circle key={country} className={classes.bubble} cx={x} cy={y} r={radius}>
          <title>{title}</title>
        </circle>
      ))}
    </svg>
  );
}

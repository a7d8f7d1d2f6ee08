// Fewer points of a curve: a chart shows no more of them, and a report must not grow with its data.

/** At most `most` of the points, evenly spaced by place, first and last kept; most ≥ 2. */
export function thin<Point>(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points]
  const step = (points.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, i) => points[Math.round(i * step)]).filter(
    (point): point is Point => point !== undefined,
  )
}

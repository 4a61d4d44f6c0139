/** `0.4 s`, `73 s`, `12 min`. */
export function seconds(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return durationMs < 300_000
    ? `${Math.round(durationMs / 1000)} s`
    : `${Math.round(durationMs / 60_000)} min`;
}

/** `0.4 s`, `73 s`, `12 min`. */
export function seconds(durationMs: number): string {
  if (durationMs < 10_000) return `${(durationMs / 1000).toFixed(1)} s`;
  return durationMs < 300_000
    ? `${Math.round(durationMs / 1000)} s`
    : `${Math.round(durationMs / 60_000)} min`;
}

/** The same for what may take days: `0.4 s`, `12 min`, `7 h`, `3 days`. */
export function longTime(durationMs: number): string {
  const hours = durationMs / 3_600_000;
  if (hours < 3) return seconds(durationMs);
  return hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

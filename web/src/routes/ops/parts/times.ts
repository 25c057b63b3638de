/** Returns the moment that a field of date and time says, in milliseconds; undefined for none. */
export function typedTime(text: string): number | undefined {
  const at = text ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

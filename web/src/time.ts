/** The district's time is UTC+8 all year, whatever the zone of the machine. */
const offset = "+08:00";
const offsetMs = 8 * 3600_000;

/** The instant of a day (2025-05-20) and a clock time (08:30) in the district; null when either is none. 24:00 ends the day. */
export function instantOf(day: string, clock: string): string | null {
  const d = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day);
  const c = /^(\d{1,2})[:：](\d\d)$/.exec(clock.trim());
  if (!d || !c) return null;
  const [hours, minutes] = [Number(c[1]), Number(c[2])];
  if (minutes > 59 || hours > 24 || (hours === 24 && minutes > 0)) return null;
  const midnight = Date.parse(`${day}T00:00:00${offset}`);
  if (Number.isNaN(midnight) || dayOf(midnight) !== day) return null;
  return write(midnight + (hours * 60 + minutes) * 60_000);
}

/** An instant some hours later, or earlier. */
export function addHours(iso: string, hours: number): string {
  return write(Date.parse(iso) + hours * 3600_000);
}

/** The last second before an instant. */
export function justBefore(iso: string): string {
  return write(Date.parse(iso) - 1000);
}

/** Day and clock time of an instant in the district. */
export function partsOf(instant: string | number | Date): { day: string; clock: string } {
  const ms = new Date(instant).getTime();
  return { day: dayOf(ms), clock: local(ms).slice(11, 16) };
}

function write(ms: number): string {
  return local(ms).slice(0, 19) + offset;
}

function dayOf(ms: number): string {
  return local(ms).slice(0, 10);
}

function local(ms: number): string {
  return new Date(ms + offsetMs).toISOString();
}

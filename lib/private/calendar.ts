const DAY_MS = 24 * 60 * 60 * 1_000;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar: 2027-02-30 would parse, as the second of March. */
export function isDate(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

/** Whole days in UTC: 0 on the last one. */
export function daysLeft(until: string, now: Date): number {
  return (Date.parse(until) - Date.parse(now.toISOString().slice(0, 10))) / DAY_MS;
}

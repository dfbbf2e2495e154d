import { createHash } from 'node:crypto';

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

/** The first 64 bits of a SHA-256, in hexadecimal digits: short enough to be read out, long enough not to meet another. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

/** Hash of a plan: the same for the same change of the same resource, whatever led to it. */
export function planHash(
  remediation: string,
  resourceArn: string,
  { before, after }: { readonly before: unknown; readonly after: unknown },
): string {
  return digest(remediation, resourceArn, canonical(before), canonical(after));
}

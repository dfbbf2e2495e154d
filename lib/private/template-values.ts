/** Numbers and texts of a template; undefined where it holds anything else. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One value or a list of them, as many properties allow. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function isIntrinsic(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || /^Fn::/.test(keys[0] as string));
}

/**
 * A value on one line: references in angle brackets, everything else as it stands. `Fn::Join` and `Fn::Sub` are put
 * together, so that a wildcard inside them is seen. The form is that of cdk-nag's findings.
 */
export function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\$\{!?([^}]*)\}/g, '<$1>');
  if (!isIntrinsic(value)) return textOf(value) ?? JSON.stringify(value) ?? '';
  const [name, argument] = Object.entries(value as object)[0] as [string, unknown];
  switch (name) {
    case 'Ref':
      return `<${flatten(argument)}>`;
    case 'Fn::GetAtt':
      return `<${Array.isArray(argument) ? argument.map(flatten).join('.') : flatten(argument)}>`;
    case 'Fn::Join': {
      const [delimiter, parts] = argument as [string, unknown];
      return Array.isArray(parts) ? parts.map(flatten).join(delimiter) : JSON.stringify(value);
    }
    case 'Fn::Sub':
      return flatten(Array.isArray(argument) ? argument[0] : argument);
    case 'Fn::ImportValue':
      return flatten(argument);
    default:
      return JSON.stringify(value);
  }
}

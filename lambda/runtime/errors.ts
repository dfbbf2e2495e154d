/**
 * Base of the errors the engine itself raises. Anything thrown makes the queue try again, then park the signal. Names are
 * written out because bundling shortens those of classes.
 */
export class BulwarkError extends Error {
  public override readonly name: string = 'BulwarkError';
}

/** The function was deployed without something it needs: nothing is changed until that is mended. */
export class ConfigurationError extends BulwarkError {
  public override readonly name = 'ConfigurationError';
}

/** The change was made, yet reading again shows drift. */
export class VerificationError extends BulwarkError {
  public override readonly name = 'VerificationError';
}

/** True if AWS answered with one of these error names. Only errors that are expected by name are ever caught. */
export function isAwsError(error: unknown, names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

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

/** Somebody else is at it, or the service takes no more for now. Nothing is wrong: the signal is tried again soon. */
export class BusyError extends BulwarkError {
  public override readonly name = 'BusyError';
}

/** An order of a person cannot be carried out, and would not be at another try: they are told why. */
export class RefusedError extends BulwarkError {
  public override readonly name: string = 'RefusedError';
}

/** Something else has changed the resource since the repair: taking the repair back would overwrite that. */
export class ChangedError extends RefusedError {
  public override readonly name = 'ChangedError';
}

/** True if AWS answered with one of these error names. Only errors that are expected by name are ever caught. */
export function isAwsError(error: unknown, names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

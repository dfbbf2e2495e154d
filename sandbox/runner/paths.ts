import { join, relative } from 'node:path';

/** The repository. */
export const ROOT = join(__dirname, '..', '..');

/** Everything that a run leaves or needs, git-ignored. */
export const SANDBOX_FOLDER = join(ROOT, '.sandbox');

/** A path as a person in the repository would type it. */
export function shown(path: string): string {
  const short = relative(ROOT, path);
  return short === '' || short.startsWith('..') ? path : short;
}

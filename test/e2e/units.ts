import { join } from 'node:path';
import { REMEDIATIONS } from '../../lib/response/remediations.generated';
import type { UnitCase } from './case';

/** What each remediation says about how it is tried, in its own folder. */
export const UNITS: readonly UnitCase<never>[] = REMEDIATIONS.map(({ id }) => {
  const { unit } = require(join('../../lambda/remediations', id, 'sandbox')) as { unit?: UnitCase<never> };
  if (unit?.id !== id) throw new Error(`lambda/remediations/${id}/sandbox.ts must export a unit with the id ${id}`);
  return unit;
});

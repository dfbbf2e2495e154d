import type { RemediationSpec } from '../../lambda/runtime/spec';
import { REMEDIATIONS } from './remediations.generated';

/** What automatic repair may do. */
export enum RemediationMode {
  /** Drift is reported and left as it is. */
  OBSERVE = 'OBSERVE',
  /** Drift is repaired, where the repair cannot interrupt an application. */
  ENFORCE = 'ENFORCE',
}

/** @internal A remediation that is deployed, with the values it needs. */
export interface ActiveRemediation {
  readonly spec: RemediationSpec;
  readonly settings: Record<string, string>;
}

/** @internal */
export interface Selection {
  readonly active: readonly ActiveRemediation[];
  /** Those that were not asked for by name and lack a setting. */
  readonly left: ReadonlyArray<{ readonly id: string; readonly missing: readonly string[] }>;
}

/**
 * @internal
 * @throws Error for an id that no remediation has
 */
export function checkRemediationIds(where: string, ids: readonly string[]): void {
  const known = REMEDIATIONS.map((spec) => spec.id);
  for (const id of ids) {
    if (!known.includes(id)) {
      throw new Error(`there is no remediation "${id}"; there are ${known.join(', ')} (${where})`);
    }
  }
}

/**
 * @internal
 * @throws Error for an unknown remediation or setting, and for one asked for by name that lacks a setting.
 */
export function selectRemediations(
  where: string,
  chosen: readonly string[] | undefined,
  settings: Record<string, Record<string, string>>,
): Selection {
  checkRemediationIds(where, [...(chosen ?? []), ...Object.keys(settings)]);
  const active: ActiveRemediation[] = [];
  const left: Array<{ id: string; missing: string[] }> = [];
  for (const spec of REMEDIATIONS.filter(({ id }) => chosen === undefined || chosen.includes(id))) {
    const own = settings[spec.id] ?? {};
    const wanted = spec.settings ?? [];
    const surplus = Object.keys(own).filter((name) => !wanted.includes(name));
    if (surplus.length > 0) {
      throw new Error(
        `${spec.id} has no setting ${surplus.join(', ')}; it takes ${wanted.join(', ') || 'none'} (${where})`,
      );
    }
    const missing = wanted.filter((name) => !own[name]);
    if (missing.length === 0) {
      active.push({ spec, settings: own });
    } else if (chosen !== undefined) {
      throw new Error(`${spec.id} needs the settings ${missing.join(', ')} (${where})`);
    } else {
      left.push({ id: spec.id, missing });
    }
  }
  return { active, left };
}

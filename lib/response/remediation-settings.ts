import type { RemediationSpec } from '../../lambda/runtime/spec';
import { REMEDIATIONS } from './remediations.generated';

/** What automatic repair may do. */
export enum RemediationMode {
  /** Drift is reported and left as it is. */
  OBSERVE = 'OBSERVE',
  /** A plan is stored for each drift, and carried out exactly when a person approves it. */
  PROPOSE = 'PROPOSE',
  /** New drift is repaired where that cannot interrupt an application; everything else is proposed. */
  ENFORCE = 'ENFORCE',
}

/** What is done with resources that a CloudFormation stack owns. */
export enum IacManaged {
  /** Drift of any resource of a stack is proposed. */
  PROPOSE = 'PROPOSE',
  /** Drift is proposed where CloudFormation itself made the change: the next deployment would take a repair back. */
  PROPOSE_DEPLOYED = 'PROPOSE_DEPLOYED',
  /** Resources of stacks are treated like all others. */
  ENFORCE = 'ENFORCE',
}

/** @internal Parameter below `deployed/` -> value. */
export type DeployedSettings = Readonly<Record<string, string>>;

/** @internal What a deployment says about switches. */
export interface SwitchProps {
  readonly mode?: RemediationMode;
  readonly modes?: Readonly<Record<string, RemediationMode>>;
  readonly adoptExisting?: readonly string[];
  readonly iacManaged?: IacManaged;
  readonly changeCap?: number;
}

/** Many enough for a bad day, few enough for a mistake of ours to be noticed before it is everywhere. */
const DEFAULT_CAP = 20;

const SCOPE = /^(?:all|[a-z0-9]+(?:-[a-z0-9]+)+)(?:\/\d{12})?$/;

/**
 * @internal
 * @throws Error that names the value and what it must be
 */
export function deployedSettings(where: string, ids: readonly string[], props: SwitchProps): DeployedSettings {
  const cap = props.changeCap ?? DEFAULT_CAP;
  if (!Number.isInteger(cap) || cap < 0 || cap > 99_999) {
    throw new Error(`changeCap must be a whole number from 0 to 99999, got ${cap} (${where})`);
  }
  const known = (id: string, what: string) => {
    if (id !== 'all' && !ids.includes(id)) {
      throw new Error(
        `${what} names the remediation "${id}", which is not deployed; there are ${ids.join(', ')} (${where})`,
      );
    }
  };
  const modes = Object.entries(props.modes ?? {}).map(([scope, mode]): [string, string] => {
    if (!SCOPE.test(scope)) {
      throw new Error(
        `modes must be keyed by REMEDIATION, REMEDIATION/ACCOUNT or all/ACCOUNT, got "${scope}" (${where})`,
      );
    }
    known(scope.split('/')[0] as string, 'modes');
    return [`mode/${scope}`, mode];
  });
  const adopted = props.adoptExisting ?? [];
  for (const id of adopted) known(id, 'adoptExisting');
  return {
    mode: props.mode ?? RemediationMode.ENFORCE,
    'adopt-existing': String(adopted.includes('all')),
    'iac-managed': props.iacManaged ?? IacManaged.PROPOSE_DEPLOYED,
    cap: String(cap),
    ...Object.fromEntries(modes),
    ...Object.fromEntries(adopted.filter((id) => id !== 'all').map((id) => [`adopt-existing/${id}`, 'true'])),
  };
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
export function checkRemediationIds(where: string, ids: readonly string[], specs = REMEDIATIONS): void {
  const known = specs.map((spec) => spec.id);
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
  specs = REMEDIATIONS,
): Selection {
  checkRemediationIds(where, [...(chosen ?? []), ...Object.keys(settings)], specs);
  const active: ActiveRemediation[] = [];
  const left: Array<{ id: string; missing: string[] }> = [];
  for (const spec of specs.filter(({ id }) => chosen === undefined || chosen.includes(id))) {
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

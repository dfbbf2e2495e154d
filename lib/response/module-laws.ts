import { placeholders } from '../../lambda/runtime/spec';
import { SEVERITIES } from '../controls';
import { isRecord } from '../private/template-values';
import { REMEDIATIONS } from './remediations.generated';

const ID = /^[a-z0-9]+(-[a-z0-9]+)+$/;
const LONGEST_ID = 34;
const PHASES = ['read', 'list', 'write', 'undo'] as const;

/** Verbs of actions that change nothing: one role reads for all remediations, and every function may take it. */
const READS = /^[a-z0-9-]+:(Get|Describe|List|BatchGet|Lookup)/;

/** Service and what follows are said; what a placeholder stands for is filled in, or left open in the role alone. */
const ARN = /^arn:(?:\{partition\}|aws[a-z-]*):[a-z0-9-]+:[^:*?]*:[^:*?]*:./;
/** An ARN that the deployment gives as a whole. */
const GIVEN_ARN = /^\{setting\.\w+\}$/;

/**
 * What is wrong with a unit's data, each as a sentence that tells what it must be; nothing where all is right.
 *
 * @internal
 */
export function problemsOf(spec: unknown, id: string): string[] {
  if (!isRecord(spec)) return ['it must be an object'];
  const { resource, sweep, permissions, calls, controls } = spec;
  const undo = isRecord(permissions) ? permissions.undo : undefined;
  return [
    spec.id !== id && `id must be "${id}", as its folder, got ${JSON.stringify(spec.id)}`,
    (!ID.test(id) || id.length > LONGEST_ID) &&
      `id must be lower-case words joined by hyphens, at most ${LONGEST_ID} characters`,
    REMEDIATIONS.some((own) => own.id === id) && `id must not be one of the package's own, got ${id}`,
    typeof spec.title !== 'string' && 'title must be a sentence',
    typeof spec.disruptive !== 'boolean' && 'disruptive must be true or false',
    spec.persistent !== undefined &&
      typeof spec.persistent !== 'boolean' &&
      `persistent must be true or false, or left out, got ${JSON.stringify(spec.persistent)}`,
    spec.declared !== undefined && 'declared must be left out: a unit of your own does its work in index.mjs',
    !(Array.isArray(controls) && controls.length > 0 && controls.every((one) => typeof one === 'string')) &&
      'controls must name at least one control',
    Array.isArray(controls) &&
      typeof spec.severity !== 'string' &&
      controls.some((one) => !Object.hasOwn(SEVERITIES, String(one))) &&
      'severity must be said where a control is not one of the package',
    ...triggerProblems(spec.triggers),
    ...findingProblems(spec.findings),
    !(isRecord(resource) && typeof resource.type === 'string' && typeof resource.arn === 'string') &&
      'resource must have type and arn',
    isRecord(resource) &&
      typeof resource.arn === 'string' &&
      !(ARN.test(resource.arn) && !/[*?]/.test(resource.arn)) &&
      `resource.arn must be an ARN that names partition, service and resource, with placeholders and without * or ?, got ${JSON.stringify(resource.arn)}`,
    !(isRecord(sweep) && (sweep.per === 'region' || sweep.per === 'account')) && 'sweep.per must be region or account',
    !(isRecord(calls) && typeof calls.read === 'number' && typeof calls.write === 'number') &&
      'calls must bound read and write',
    !(spec.undo === 'exact' || (isRecord(spec.undo) && typeof spec.undo.never === 'string')) &&
      'undo must be "exact" or never(reason)',
    spec.undo === 'exact' && undo === undefined && 'permissions.undo must be there where undo is exact',
    isRecord(spec.undo) && undo !== undefined && 'permissions.undo must be left out where undo is never',
    isRecord(permissions) && permissions.read === undefined && 'permissions.read must be there',
    isRecord(permissions) && permissions.write === undefined && 'permissions.write must be there',
    ...(isRecord(permissions)
      ? PHASES.flatMap((phase) => permissionProblems(phase, permissions[phase]))
      : ['permissions must be an object']),
    ...settingProblems(spec),
  ].filter((problem): problem is string => typeof problem === 'string');
}

function triggerProblems(triggers: unknown): string[] {
  if (!Array.isArray(triggers)) return ['triggers must be a list'];
  return triggers.flatMap((trigger: unknown, index) => {
    const at = `triggers[${index}]`;
    if (!isRecord(trigger)) return [`${at} must be an object`];
    const { service, eventNames } = trigger;
    return [
      ...(isTextLike(service, /^[a-z0-9-]+$/)
        ? []
        : [`${at}.service must be the prefix of a service, as in "s3", got ${JSON.stringify(service)}`]),
      ...(isListOf(eventNames, /^[A-Za-z0-9_]+$/)
        ? []
        : [`${at}.eventNames must name calls as CloudTrail does, without *, got ${JSON.stringify(eventNames)}`]),
    ];
  });
}

function findingProblems(findings: unknown): string[] {
  if (findings === undefined) return [];
  if (!isRecord(findings)) return ['findings must be an object'];
  const { guardDuty, config, ...others } = findings;
  return [
    ...Object.keys(others).map((name) => `findings.${name} must be left out: there are guardDuty and config`),
    ...(guardDuty === undefined || isListOf(guardDuty, /^[^*?]+\*?$/)
      ? []
      : [`findings.guardDuty must list types of findings, with * at an end at most, got ${JSON.stringify(guardDuty)}`]),
    ...(config === undefined || isListOf(config, /^[a-z0-9]+(-[a-z0-9]+)*$/)
      ? []
      : [`findings.config must list identifiers of Config rules in lower case, got ${JSON.stringify(config)}`]),
  ];
}

/** Settings are known by name, and no permission waits for one that nobody can give. */
function settingProblems({ settings = [], resource, permissions }: Record<string, unknown>): string[] {
  if (!Array.isArray(settings) || (settings.length > 0 && !isListOf(settings, /^[A-Za-z]\w*$/))) {
    return [`settings must list names of letters and digits, or be left out, got ${JSON.stringify(settings)}`];
  }
  const arns = [resource, ...Object.values(isRecord(permissions) ? permissions : {}).flat()].flatMap((holder) =>
    isRecord(holder) && typeof holder.arn === 'string' ? [holder.arn] : [],
  );
  const used = arns
    .flatMap(placeholders)
    .filter((name) => name.startsWith('setting.'))
    .map((name) => name.slice('setting.'.length));
  return [...new Set(used)]
    .filter((name) => !settings.includes(name))
    .map((name) => `settings must list ${name}, of which a permission speaks`);
}

function permissionProblems(phase: (typeof PHASES)[number], found: unknown): string[] {
  if (found === undefined) return [];
  if (!Array.isArray(found) || found.length === 0) return [`permissions.${phase} must be a list that is not empty`];
  return found.flatMap((permission: unknown, index) => {
    const at = `permissions.${phase}[${index}]`;
    if (!isRecord(permission)) return [`${at} must be an object`];
    const { kind, actions, arn, reason, conditions } = permission;
    const named = isListOf(actions, /^[a-z0-9-]+:[A-Za-z0-9]+$/);
    const reads = phase === 'read' || phase === 'list';
    return [
      ...(named ? [] : [`${at}.actions must name actions in full, without *, got ${JSON.stringify(actions)}`]),
      ...(named && reads && !isListOf(actions, READS)
        ? [`${at}.actions must change nothing (Get, Describe, List, BatchGet, Lookup), got ${JSON.stringify(actions)}`]
        : []),
      ...(kind === 'resource' || kind === 'related' || kind === 'account'
        ? []
        : [`${at}.kind must be resource, related or account`]),
      ...(kind === 'related' ? relatedProblems(at, arn) : []),
      ...(kind === 'account' && typeof reason !== 'string'
        ? [`${at}.reason must say why the action has no resource level`]
        : []),
      ...(conditions === undefined || (kind !== 'account' && isConditions(conditions))
        ? []
        : [
            `${at}.conditions must map operators to keys and texts, of kind resource or related, got ${JSON.stringify(conditions)}`,
          ]),
    ];
  });
}

/** A wildcard may stand for one kind of thing behind its name, as in `security-group-rule/*`, and never for everything. */
function relatedProblems(at: string, arn: unknown): string[] {
  if (typeof arn !== 'string') return [`${at}.arn must name the related resource`];
  const behind = arn.split(':').slice(5).join(':');
  return GIVEN_ARN.test(arn) || (ARN.test(arn) && !/^[*?]/.test(behind))
    ? []
    : [
        `${at}.arn must be {setting.NAME} or an ARN that names partition, service and kind of resource, and not *, got ${JSON.stringify(arn)}`,
      ];
}

function isConditions(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.values(value).every(
      (keys) => isRecord(keys) && Object.values(keys).every((each) => typeof each === 'string'),
    )
  );
}

function isTextLike(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isListOf(value: unknown, pattern: RegExp): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((each) => isTextLike(each, pattern));
}

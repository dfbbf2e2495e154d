import type { FindingSignal, FoundResource, Signal } from './signal';
import type { Located, Remediator } from './remediation';
import { placeholders, type RemediationSpec } from './spec';

/** Whether a signal can concern a remediation at all: the same question that the event rules ask. */
export function concerns(spec: RemediationSpec, signal: Signal): boolean {
  switch (signal.kind) {
    case 'call':
      return spec.triggers.some(
        ({ service, eventNames }) => service === signal.service && eventNames.includes(signal.eventName),
      );
    case 'finding':
      return findingConcerns(spec, signal);
    case 'sweep':
      return signal.remediation === spec.id;
  }
}

function findingConcerns(spec: RemediationSpec, { subject }: FindingSignal): boolean {
  switch (subject.product) {
    case 'securityhub':
      return (spec.controls as readonly string[]).includes(subject.name);
    case 'guardduty':
      return (spec.findings?.guardDuty ?? []).some((type) =>
        type.endsWith('*') ? subject.name.startsWith(type.slice(0, -1)) : subject.name === type,
      );
    case 'config':
      return (spec.findings?.config ?? []).some((rule) => isConfigRule(subject.name, rule));
  }
}

/**
 * Rules bear the identifier of the managed rule as their name, Security Hub's with `securityhub-` before and a hash behind it,
 * those of conformance packs with `conformance-pack-` and an id behind it.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-standards-awsconfigrules.html
 */
function isConfigRule(name: string, identifier: string): boolean {
  return (
    name === identifier ||
    [`securityhub-${identifier}-`, `${identifier}-conformance-pack-`].some(
      (prefix) => name.startsWith(prefix) && /^[a-z0-9]+$/.test(name.slice(prefix.length)),
    )
  );
}

/** Resources that a signal names. Undefined: it speaks of a whole account, and a sweep has to find them. */
export function locatedBy(
  spec: RemediationSpec,
  remediator: Remediator<unknown>,
  signal: Signal,
): Located[] | undefined {
  switch (signal.kind) {
    case 'call':
      return remediator.locate(signal);
    case 'sweep':
      return [{ names: signal.names }];
    case 'finding':
      return remediator.locateFinding ? remediator.locateFinding(signal) : locatedByArn(spec, signal);
  }
}

const ACCOUNT_RESOURCE = /^(AwsAccount|AWS::Account|AWS::::Account|AWS Account)$/;

/**
 * The default way from a finding to the resource: the ARN read against the one of the spec. A finding on the account itself is
 * about each resource of this kind in it.
 */
function locatedByArn(spec: RemediationSpec, signal: FindingSignal): Located[] | undefined {
  const own = namesOf(spec);
  // Settings of an account or Region: whatever resource the finding names, there is only this one.
  if (own.length === 0) return [{ names: {} }];
  const found = signal.resources.flatMap((resource) => {
    const names = namesIn(resource, spec);
    return names === undefined ? [] : [{ names }];
  });
  if (found.length > 0) return found;
  const isOfAccount = signal.resources.some(
    ({ type, id }) => ACCOUNT_RESOURCE.test(type) || id.startsWith('AWS::::Account:'),
  );
  // GuardDuty names the account of every finding, whatever it is about.
  return isOfAccount && signal.subject.product !== 'guardduty' ? undefined : [];
}

const PLACES = ['partition', 'account', 'region'];

/** Names that tell one resource of a place from another; the deployment knows the values of settings. */
function namesOf({ resource }: RemediationSpec): string[] {
  return placeholders(resource.arn).filter((name) => !PLACES.includes(name) && !name.startsWith('setting.'));
}

/** Reads the names out of an ARN, or of a bare id of the right type where one name is all there is. */
function namesIn({ id, type }: FoundResource, spec: RemediationSpec): Record<string, string> | undefined {
  const names = namesOf(spec);
  const pattern = spec.resource.arn
    .split(/(\{[\w.]+\})/)
    .map((part) =>
      /^\{[\w.]+\}$/.test(part)
        ? names.includes(part.slice(1, -1))
          ? `(?<${part.slice(1, -1)}>[^:]+)`
          : '[^:]*'
        : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
    )
    .join('');
  const groups = new RegExp(`^${pattern}$`).exec(id)?.groups;
  if (groups !== undefined) return { ...groups };
  const [only, ...others] = names;
  if (only === undefined || others.length > 0 || id === '' || id.includes(':')) return undefined;
  return letters(type) === letters(spec.resource.type) ? { [only]: id } : undefined;
}

/** A type without the marks by which formats differ: `AWS::S3::Bucket` of CloudFormation is `AwsS3Bucket` in ASFF. */
function letters(type: string): string {
  return type.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase();
}

import { flatten, isIntrinsic, textOf } from '../private/template-values';
import { rangeOf } from './ranges';
import type { CheckContext, CheckedResource, Properties } from './rule';
import { folded, isOpaque, knownValue, recordsOf } from './values';

export const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

/** A rule of a security group. Undefined properties: known only at deployment. */
export interface IngressRule {
  readonly properties?: Properties;
  /** Dotted path, which the names of properties follow. */
  readonly path: string;
}

/** A range that traffic comes from, or goes to. */
export interface Source {
  /** Dotted path. */
  readonly property: string;
  /** As it stands in the template. */
  readonly given: unknown;
  /**
   * The range.
   *
   * @default - known only at deployment
   */
  readonly cidr?: string;
}

export interface Ports {
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** The rules of a group that let traffic in, or the one that stands by itself. */
export function ingressRules(resource: CheckedResource): IngressRule[] {
  return rulesOf(resource, 'SecurityGroupIngress');
}

/** The rules of a group that let traffic out, which are of the same form, or the one that stands by itself. */
export function egressRules(resource: CheckedResource): IngressRule[] {
  return rulesOf(resource, 'SecurityGroupEgress');
}

function rulesOf(
  { type, properties }: CheckedResource,
  name: 'SecurityGroupIngress' | 'SecurityGroupEgress',
): IngressRule[] {
  if (type !== SECURITY_GROUP) return [{ properties, path: '' }];
  const rules = properties[name];
  if (isOpaque(rules)) return [{ path: name }];
  return recordsOf(rules).map((rule, index) => {
    const path = `${name}.${index}`;
    return rule === undefined ? { path } : { properties: rule, path: `${path}.` };
  });
}

/**
 * Whether EC2 gives the group the rule that lets everything out: it does to each group that is made without a rule of its own,
 * whatever rules are added later.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ec2-securitygroup.html
 */
export function letsEverythingOut(resource: CheckedResource): boolean {
  return resource.type === SECURITY_GROUP && egressRules(resource).length === 0;
}

/** The group itself, or the one that a separate rule belongs to. Undefined: none of this app. */
export function groupOf(resource: CheckedResource, context: CheckContext): CheckedResource | undefined {
  if (resource.type === SECURITY_GROUP) return resource;
  return context.find(resource.properties.GroupId ?? resource.properties.GroupName, SECURITY_GROUP);
}

/** A rule that lets traffic into a group, and the resource that it stands in. */
export interface Admission {
  readonly ingress: IngressRule;
  readonly from: CheckedResource;
}

/** All that lets traffic into a group: its own rules, and those of this app that stand by themselves. */
export function admissionsOf(group: CheckedResource, context: CheckContext): Admission[] {
  return [group, ...context.referring(group, 'AWS::EC2::SecurityGroupIngress', 'GroupId')].flatMap((from) =>
    ingressRules(from).map((ingress) => ({ ingress, from })),
  );
}

export function sourcesOf({ properties = {}, path }: IngressRule, context: CheckContext): Source[] {
  return (['CidrIp', 'CidrIpv6'] as const).flatMap((name): Source[] => {
    const given = properties[name];
    if (knownValue(given, context).kind === 'absent') return [];
    const cidr = rangeOf(given, context);
    return [{ property: `${path}${name}`, given, ...(cidr !== undefined && { cidr }) }];
  });
}

/** Undefined: protocol or ports are known only at deployment. */
export function portsOf(rule: Properties): Ports | undefined {
  const [IpProtocol, FromPort, ToPort] = [rule.IpProtocol, rule.FromPort, rule.ToPort].map(folded);
  if ([IpProtocol, FromPort, ToPort].some(isIntrinsic)) return undefined;
  const [fromPort, toPort] = [FromPort, ToPort].map(numberOf);
  if (Number.isNaN(fromPort) || Number.isNaN(toPort)) return undefined;
  return { protocol: textOf(IpProtocol) ?? '-1', fromPort, toPort };
}

/** A rule in the words of its finding: `tcp 22`, `all traffic`. */
export function describe({ IpProtocol, FromPort, ToPort }: Properties): string {
  const protocol = flatten(IpProtocol ?? '-1');
  if (protocol === '-1' || FromPort === undefined) return protocol === '-1' ? 'all traffic' : `${protocol} all`;
  const [from, to] = [flatten(FromPort), flatten(ToPort ?? FromPort)];
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

function numberOf(value: unknown): number | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : Number(text);
}

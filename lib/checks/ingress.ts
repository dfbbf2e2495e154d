import { flatten, isIntrinsic, isRecord, listOf, textOf } from '../private/template-values';
import type { CheckContext, CheckedResource, Properties } from './rule';
import { folded, isOpaque, knownValue, piecesOf, recordsOf } from './values';

export const SECURITY_GROUP = 'AWS::EC2::SecurityGroup';

/** A rule that lets traffic in. Undefined properties: known only at deployment. */
export interface IngressRule {
  readonly properties?: Properties;
  /** Dotted path, which the names of properties follow. */
  readonly path: string;
}

/** A range that traffic comes from. */
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

/** The rules of a group, or the one that stands by itself. */
export function ingressRules({ type, properties }: CheckedResource): IngressRule[] {
  if (type !== SECURITY_GROUP) return [{ properties, path: '' }];
  const { SecurityGroupIngress: rules } = properties;
  if (isOpaque(rules)) return [{ path: 'SecurityGroupIngress' }];
  return recordsOf(rules).map((rule, index) => {
    const path = `SecurityGroupIngress.${index}`;
    return rule === undefined ? { path } : { properties: rule, path: `${path}.` };
  });
}

export function sourcesOf({ properties = {}, path }: IngressRule, context: CheckContext): Source[] {
  return (['CidrIp', 'CidrIpv6'] as const).flatMap((name): Source[] => {
    const given = properties[name];
    const source = knownValue(given, context);
    if (source.kind === 'absent') return [];
    const cidr = source.kind === 'literal' ? textOf(source.value) : networkOf(given, context);
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

/** A range taken from a VPC or subnet of this app is as large as the template says there. */
function networkOf(reference: unknown, context: CheckContext): string | undefined {
  const network = context.resolve(reference);
  const [piece] = piecesOf(reference);
  const attribute = isRecord(piece) ? listOf(piece['Fn::GetAtt'])[1] : undefined;
  const known = network && ['AWS::EC2::VPC', 'AWS::EC2::Subnet'].includes(network.type) && attribute === 'CidrBlock';
  return known ? textOf(folded(network.properties.CidrBlock)) : undefined;
}

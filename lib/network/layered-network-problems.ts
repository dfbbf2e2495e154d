import { Token } from 'aws-cdk-lib';
import { conflictOf, INSPECTION, type VpcShape } from './address-plan';
import { ENDPOINT_SERVICES } from './endpoint-services';
import { MOST_DOMAINS } from './inspection';
import { type LayeredNetworkProps, NetworkConnectivity, NetworkTopology } from './layered-network-props';
import { VpcBlockPublicAccess } from './network-options';

const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;
const DOMAIN = /^\.?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const PREFIX_LIST = /^pl-[0-9a-f]{8,17}$/;

/** What is wrong with the properties of a network of these VPCs, a clause each. */
export function problemsOf(props: LayeredNetworkProps, shapes: readonly VpcShape[]): string[] {
  const names = shapes.map(({ name }) => name);
  const given = props.cidrs ?? {};
  return [
    (props.archive === undefined) === (props.logBucket === undefined) &&
      'either archive or logBucket must say where flow logs are kept',
    props.archive === undefined &&
      props.encryptionKey === undefined &&
      'encryptionKey must be given where there is no archive: the log groups need one',
    props.maxAzs !== undefined && ![2, 3].includes(props.maxAzs) && `maxAzs must be 2 or 3, got ${props.maxAzs}`,
    props.availabilityZones !== undefined &&
      ![2, 3].includes(props.availabilityZones.length) &&
      `availabilityZones must be two or three, got ${props.availabilityZones.join(', ') || 'none'}`,
    props.availabilityZones !== undefined &&
      new Set(props.availabilityZones).size < props.availabilityZones.length &&
      `availabilityZones must differ, got ${props.availabilityZones.join(', ')}`,
    props.availabilityZones !== undefined &&
      props.maxAzs !== undefined &&
      'maxAzs must be left out where availabilityZones are given',
    props.ipamPoolId !== undefined && props.cidrs !== undefined && 'cidrs must be left out where ipamPoolId is given',
    ...Object.keys(given).map(
      (name) => !names.includes(name) && `cidrs.${name} has no VPC in this topology; there are ${names.join(', ')}`,
    ),
    props.ipamPoolId === undefined && conflictOf(shapes, cidrsOf(props, shapes)),
    ...(props.interfaceEndpoints ?? []).map(
      (service) =>
        !Object.hasOwn(ENDPOINT_SERVICES, service) &&
        `interfaceEndpoints must be of ${Object.keys(ENDPOINT_SERVICES).join(', ')}, got "${service}"`,
    ),
    props.organizationId !== undefined &&
      !Token.isUnresolved(props.organizationId) &&
      !ORGANIZATION.test(props.organizationId) &&
      `organizationId must be o- and 10 to 32 lower-case letters or digits, got "${props.organizationId}"`,
    props.topology === NetworkTopology.SINGLE_VPC &&
      props.connectivity !== undefined &&
      'connectivity must be left out where there is a single VPC: it connects several',
    props.inspection !== undefined &&
      props.connectivity !== NetworkConnectivity.TRANSIT_GATEWAY &&
      'inspection needs connectivity: NetworkConnectivity.TRANSIT_GATEWAY, because peering connections are not transitive',
    props.inspection !== undefined &&
      props.blockPublicAccess === VpcBlockPublicAccess.BIDIRECTIONAL &&
      'blockPublicAccess must not be BIDIRECTIONAL where there is an inspection: it blocks AWS Network Firewall even in subnets that are excepted',
    props.ipamPoolId !== undefined &&
      props.inspection?.cidr !== undefined &&
      'inspection.cidr must be left out where ipamPoolId is given',
    (props.inspection?.allowedDomains.length ?? 0) > MOST_DOMAINS &&
      `inspection.allowedDomains must be at most ${MOST_DOMAINS}, got ${props.inspection?.allowedDomains.length}`,
    props.inspection !== undefined &&
      props.natGateways === true &&
      'natGateways must be left out where there is an inspection, which brings its own',
    ...(props.inspection?.allowedDomains ?? []).map(
      (domain) =>
        !DOMAIN.test(domain) &&
        `inspection.allowedDomains must be names such as example.com or .example.com, got "${domain}"`,
    ),
    props.inspection?.allowedDomains.length === 0 &&
      'inspection.allowedDomains must name what may be reached, got none',
    props.blockPublicAccess !== undefined &&
      !props.acknowledgeAffectsAllVpcs &&
      'blockPublicAccess needs acknowledgeAffectsAllVpcs: true, because it holds for every VPC of the account in this Region',
    ...(props.edgePrefixListIds ?? []).map(
      (list) =>
        !Token.isUnresolved(list) &&
        !PREFIX_LIST.test(list) &&
        `edgePrefixListIds must be ids such as pl-a3a144ca, got "${list}"`,
    ),
    ...[...(props.appPorts ?? []), ...(props.databasePorts ?? [])].map(
      (port) => !Number.isInteger(port) && `ports must be whole numbers, got ${port}`,
    ),
    ...(['appPorts', 'databasePorts'] as const).map(
      (list) => props[list]?.length === 0 && `${list} must have one port at least, got none`,
    ),
  ].filter((problem): problem is string => typeof problem === 'string');
}

/** Name of each VPC -> its range, where they come from no pool. */
export function cidrsOf({ cidrs, inspection }: LayeredNetworkProps, shapes: readonly VpcShape[]): Map<string, string> {
  const given: Readonly<Record<string, string | undefined>> = { ...cidrs, [INSPECTION.name]: inspection?.cidr };
  return new Map(shapes.map(({ name, cidr }) => [name, given[name] ?? cidr]));
}

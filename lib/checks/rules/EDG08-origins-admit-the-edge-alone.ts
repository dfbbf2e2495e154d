import { flatten, listOf } from '../../private/template-values';
import { admissionsOf, describe, type IngressRule, SECURITY_GROUP, sourcesOf } from '../ingress';
import { isBucketName, urlOf } from '../origins';
import { DISTRIBUTION, isPublicResource, LOAD_BALANCER } from '../public-resources';
import { covers, everyRangeOn } from '../ranges';
import {
  type CheckContext,
  type CheckedResource,
  every,
  type Finding,
  not,
  type Properties,
  type Rule,
  some,
  unless,
  unverified,
  type Verdict,
} from '../rule';
import { is, isAbsent, isOpaque, knownValue, recordsOf, valueAt } from '../values';

const ORIGINS = 'DistributionConfig.Origins';

/** RFC 1918, RFC 6598 and RFC 4193: nobody comes from there over the Internet. */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'] as const;

export const rule: Rule = {
  id: 'EDG08',
  title: 'Origins of a distribution admit the edge alone',
  severity: 'WARN',
  resourceTypes: [LOAD_BALANCER, DISTRIBUTION],
  controls: ['CloudFront.13', 'CloudFront.16', 'BW.24'],
  techniques: ['AM34'],
  rationale:
    'Whoever finds the address of the origin goes around the distribution, and with it around its web ACL, its cache and Shield. Old DNS records and certificates give such addresses away.',
  whenNotToUse:
    'A load balancer that also serves others, with a web ACL of its own. Acknowledge that source. The list of CloudFront, whose id belongs into allowedPrefixLists, lets in the distributions of every customer: have the listener ask for a secret header besides. A load balancer or function URL that a distribution names by a domain of its own is not recognized. Clients that send a body to a function behind an access control have to add a hash of it (x-amz-content-sha256).',
  check(resource, context) {
    return resource.type === LOAD_BALANCER
      ? loadBalancerFindings(resource, context)
      : recordsOf(valueAt(resource.properties, ORIGINS)).flatMap((origin, index) =>
          originFindings(origin, `${ORIGINS}.${index}`, context),
        );
  },
};

function originFindings(origin: Properties | undefined, path: string, context: CheckContext): Finding[] {
  if (origin === undefined) return [unverified(path)];
  const { DomainName: name, Id: id, OriginAccessControlId: control, S3OriginConfig: config } = origin;
  const functionUrl = functionUrlOf(name, context);
  const isBucket = !isAbsent(config) || isBucketName(name) || isBucketOf(name, context);
  if (functionUrl === undefined && !isBucket) return [];
  const known = knownValue(control, context);
  const isControlled: Verdict =
    known.kind === 'unknown'
      ? undefined
      : known.kind === 'reference' || (known.kind === 'literal' && known.value !== '');
  const subject = `origin ${String(id)}`;
  if (functionUrl !== undefined) {
    const there = context.from(functionUrl);
    return unless(every([not(is(functionUrl.properties.AuthType, 'NONE', there)), isControlled]), {
      subject,
      message: `Origin ${String(id)} is the function URL ${functionUrl.logicalId}: its AuthType must be AWS_IAM, and OriginAccessControlId must name what lets this distribution in alone.`,
      property: `${path}.OriginAccessControlId`,
    });
  }
  return unless(isControlled, {
    subject,
    message: `Origin ${String(id)} is a bucket, and OriginAccessControlId must name what lets this distribution in alone.`,
    property: `${path}.OriginAccessControlId`,
  });
}

/** The function URL of this app that an origin names by its host. */
function functionUrlOf(name: unknown, context: CheckContext): CheckedResource | undefined {
  const named = context.resolve(urlOf(name) ?? name);
  return named?.type === 'AWS::Lambda::Url' ? named : undefined;
}

/** A website is reached through an attribute that is cut to pieces, and through nothing else. */
function isBucketOf(name: unknown, context: CheckContext): boolean {
  return context.find(name, 'AWS::S3::Bucket') !== undefined;
}

function loadBalancerFindings(loadBalancer: CheckedResource, context: CheckContext): Finding[] {
  const isPublic = isPublicResource(loadBalancer, context);
  if (isPublic === false || context.referring(loadBalancer, DISTRIBUTION, `${ORIGINS}.DomainName`).length === 0) {
    return [];
  }
  const { SecurityGroups: groups } = loadBalancer.properties;
  if (isAbsent(groups) || isOpaque(groups)) return [unverified('SecurityGroups')];
  return listOf(groups).flatMap((given) => {
    const group = context.find(given, SECURITY_GROUP);
    if (group === undefined) return [unverified('SecurityGroups', `group ${flatten(given)}`)];
    return admissionsOf(group, context).flatMap(({ ingress, from }) =>
      admitted(ingress, from.logicalId, isPublic, context.from(from)),
    );
  });
}

function admitted({ path, properties }: IngressRule, of: string, isPublic: Verdict, context: CheckContext): Finding[] {
  const ingress = { path, properties };
  if (properties === undefined) return [unverified(path, `${of} ${path}`)];
  const { SourcePrefixListId: list } = properties;
  const finding = (given: unknown) => ({
    subject: `${describe(properties)} from ${flatten(given)}`,
    message: `${of} admits ${flatten(given)}, which goes around the distribution: admit the prefix list of CloudFront, or make it an internal one with a VPC origin.`,
  });
  return [
    ...sourcesOf(ingress, context).flatMap(({ given, cidr }) =>
      unless(some([not(isPublic), isPrivate(cidr)]), finding(given)),
    ),
    ...(isAbsent(list) || context.allowedPrefixLists.includes(flatten(list))
      ? []
      : unless(some([not(isPublic), everyRangeOn(list, isPrivate, context)]), finding(list))),
  ];
}

function isPrivate(cidr: string | undefined): Verdict {
  return cidr === undefined ? undefined : PRIVATE_RANGES.some((range) => covers(range, cidr));
}

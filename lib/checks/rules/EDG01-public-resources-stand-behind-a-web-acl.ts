import { flatten, listOf } from '../../private/template-values';
import { admissionsOf, type IngressRule, SECURITY_GROUP } from '../ingress';
import {
  API_STAGE,
  DISTRIBUTION,
  GRAPHQL_API,
  isPublicResource,
  LOAD_BALANCER,
  REST_API,
  USER_POOL,
} from '../public-resources';
import { type CheckContext, type CheckedResource, every, not, type Rule, some, unless, type Verdict } from '../rule';
import { isAbsent, isOpaque, isThereWith, knownValue, physicalName, piecesOf, spelledOut, valueAt } from '../values';
import { namesWebAcl } from '../web-acl';

const ASSOCIATION = 'AWS::WAFv2::WebACLAssociation';

const WEB_ACL_ID = 'DistributionConfig.WebACLId';

/** What of `WebFirewall` puts one before them. */
const PROTECTED_BY: Readonly<Record<string, string>> = {
  [LOAD_BALANCER]: 'protectLoadBalancer',
  [API_STAGE]: 'protectApiStage',
  [GRAPHQL_API]: 'protectGraphqlApi',
  [USER_POOL]: 'protectUserPool',
};

export const rule: Rule = {
  id: 'EDG01',
  title: 'Public load balancer, distribution, API and user pool stand behind a web ACL of AWS WAF',
  severity: 'ERROR',
  resourceTypes: [LOAD_BALANCER, DISTRIBUTION, API_STAGE, GRAPHQL_API, USER_POOL],
  controls: ['CloudFront.6', 'APIGateway.4'],
  techniques: ['AM06', 'AM14'],
  rationale:
    'Whatever the public reaches is searched for flaws within the hour. Without a web ACL injections, scanners and floods arrive as they were sent, and there is nothing to turn up when an attack begins.',
  whenNotToUse:
    'Resources that Firewall Manager puts behind a web ACL, which no template shows; an API or user pool that only a distribution with a web ACL reaches. Acknowledge the finding and name what stands in front. A load balancer needs none of its own whose security groups, all made in this app, admit nothing but lists of allowedPrefixLists and other groups: behind CloudFront it would count edge nodes, so let each distribution before it have one.',
  check(resource, context) {
    const isProtected =
      resource.type === DISTRIBUTION
        ? namesWebAcl(valueAt(resource.properties, WEB_ACL_ID), context)
        : some(associationsOf(resource, context).map((each) => isInForce(each, resource, context.from(each))));
    const isSpared = resource.type === LOAD_BALANCER && isReachedByListsAlone(resource, context);
    return unless(some([not(isPublicResource(resource, context)), isProtected, isSpared]), {
      subject: 'web ACL',
      message:
        resource.type === DISTRIBUTION
          ? 'WebACLId must be the ARN of a web ACL of AWS WAF: call protectDistribution of a WebFirewall with scope CLOUDFRONT.'
          : `Nothing in this app associates a web ACL of AWS WAF with it: call ${PROTECTED_BY[resource.type]} of a WebFirewall with scope REGIONAL, or add a WebACLAssociation.`,
      ...(resource.type === DISTRIBUTION && { property: WEB_ACL_ID }),
    });
  },
};

/** Whether nobody reaches a load balancer but over allowed prefix lists, as far as this app makes all of its groups. */
function isReachedByListsAlone(
  { properties: { SecurityGroups: given } }: CheckedResource,
  context: CheckContext,
): Verdict {
  if (isAbsent(given) || isOpaque(given)) return false;
  const groups = listOf(given).map((each) => context.find(each, SECURITY_GROUP));
  // Without a group of its own it has that of the VPC.
  if (groups.length === 0) return false;
  return every(
    groups.flatMap((group) =>
      group === undefined
        ? [false]
        : admissionsOf(group, context).map(({ ingress, from }) => isOfList(ingress, context.from(from))),
    ),
  );
}

function isOfList({ properties }: IngressRule, context: CheckContext): Verdict {
  if (properties === undefined) return undefined;
  const { CidrIp, CidrIpv6, SourcePrefixListId: list } = properties;
  if (!isAbsent(CidrIp) || !isAbsent(CidrIpv6)) return false;
  if (isAbsent(list) || context.allowedPrefixLists.includes(flatten(list))) return true;
  return knownValue(list, context).kind === 'unknown' ? undefined : false;
}

function isInForce(association: CheckedResource, resource: CheckedResource, context: CheckContext): Verdict {
  return every([namesWebAcl(association.properties.WebACLArn, context), isThereWith(association, resource)]);
}

function associationsOf(resource: CheckedResource, context: CheckContext): readonly CheckedResource[] {
  if (resource.type !== API_STAGE) return context.referring(resource, ASSOCIATION, 'ResourceArn');
  const api = context.find(resource.properties.RestApiId, REST_API);
  const all = api === undefined ? context.all(ASSOCIATION) : context.referring(api, ASSOCIATION, 'ResourceArn');
  return all.filter((each) => isOfStage(each, resource, api, context.from(each)));
}

/** Stages are called the same in many APIs, so that an ARN which only spells the name out has to name the API too. */
function isOfStage(
  { properties: { ResourceArn: arn } }: CheckedResource,
  stage: CheckedResource,
  api: CheckedResource | undefined,
  context: CheckContext,
): boolean {
  const last = piecesOf(arn).at(-1);
  if (last !== undefined && context.resolve(last) === stage) return true;
  const name = physicalName(stage);
  const text = spelledOut(arn);
  if (name === undefined || !text.endsWith(`/stages/${name}`)) return false;
  return api !== undefined || text.endsWith(`/restapis/${spelledOut(stage.properties.RestApiId)}/stages/${name}`);
}

import { listOf } from '../private/template-values';
import { type CheckContext, type CheckedResource, every, not, some, type Verdict } from './rule';
import { is, isAbsent, isOpaque, recordsOf, valueAt } from './values';

export const ACCELERATOR = 'AWS::GlobalAccelerator::Accelerator';
export const API_STAGE = 'AWS::ApiGateway::Stage';
export const DISTRIBUTION = 'AWS::CloudFront::Distribution';
export const ELASTIC_IP = 'AWS::EC2::EIP';
export const GRAPHQL_API = 'AWS::AppSync::GraphQLApi';
export const HOSTED_ZONE = 'AWS::Route53::HostedZone';
export const LOAD_BALANCER = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
export const REST_API = 'AWS::ApiGateway::RestApi';
export const USER_POOL = 'AWS::Cognito::UserPool';

/** Whether the public reaches a resource, by type; those that are not here are always reached. */
const IS_PUBLIC: Readonly<Record<string, (resource: CheckedResource, context: CheckContext) => Verdict>> = {
  [ACCELERATOR]: ({ properties: { Enabled: enabled } }, context) => not(is(enabled, 'false', context)),
  [API_STAGE]: ({ properties: { RestApiId: id } }, context) => {
    const api = context.find(id, REST_API);
    return api === undefined || not(isPrivate(api, context.from(api)));
  },
  // An address that only NAT gateways use is reached by nobody.
  [ELASTIC_IP]: (address, context) => context.referring(address, 'AWS::EC2::NatGateway', 'AllocationId').length === 0,
  [GRAPHQL_API]: ({ properties: { Visibility: visibility } }, context) => not(is(visibility, 'PRIVATE', context)),
  [HOSTED_ZONE]: ({ properties: { VPCs: networks } }) =>
    isOpaque(networks) ? undefined : recordsOf(networks).length === 0,
  // Left out, both are what makes a load balancer of applications that faces the Internet.
  [LOAD_BALANCER]: ({ properties: { Type: type, Scheme: scheme } }, context) =>
    every([
      isAbsent(type) || is(type, 'application', context),
      isAbsent(scheme) || is(scheme, 'internet-facing', context),
    ]),
};

/** Whether the public reaches a resource. Of load balancers, those of applications count alone. */
export function isPublicResource(resource: CheckedResource, context: CheckContext): Verdict {
  const judge = IS_PUBLIC[resource.type];
  return judge === undefined ? true : judge(resource, context);
}

function isPrivate(api: CheckedResource, context: CheckContext): Verdict {
  const types = valueAt(api.properties, 'EndpointConfiguration.Types');
  if (isOpaque(types)) return undefined;
  return some(listOf(types).map((type) => is(type, 'PRIVATE', context)));
}

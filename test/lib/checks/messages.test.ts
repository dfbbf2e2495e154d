import { messagesOf, type Resources } from './judge';

const PUBLIC = { IpProtocol: 'tcp', CidrIp: '0.0.0.0/0' };
const admits = (port: number) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupIngress: [{ ...PUBLIC, FromPort: port, ToPort: port }] },
});
const letsOut = (SecurityGroupEgress?: unknown) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupEgress, Tags: [{ Key: 'bulwark:tier', Value: 'data' }] },
});
const subnet = (Properties: Record<string, unknown>) => ({ Type: 'AWS::EC2::Subnet', Properties });
const stage = { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: 'a', StageName: 'prod' } };
const distribution = { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig: {} } };

test.each<[string, string, Resources[string], string]>([
  ['443 open outside the edge', 'NET02', admits(443), 'tag the group of what faces the public bulwark:tier=edge'],
  ['443 open outside the edge, in a network of ours', 'NET02', admits(443), 'securityGroup(NetworkPlace.EDGE)'],
  ['another open port', 'NET02', admits(22), 'admit a group or the addresses of those who need it'],
  ['a group without rules of its own', 'NET04', letsOut(), 'set allowAllOutbound to false'],
  [
    'what the L2 lets out',
    'NET04',
    letsOut([{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]),
    'for RDS pass securityGroups with such a group',
  ],
  [
    'one open way out',
    'NET04',
    letsOut([{ ...PUBLIC, FromPort: 443, ToPort: 443 }]),
    'name the group or the addresses',
  ],
  ['public addresses', 'NET08', subnet({ MapPublicIpOnLaunch: true }), 'set mapPublicIpOnLaunch to false'],
  [
    'a load balancer without a web ACL',
    'EDG01',
    { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    'call protectLoadBalancer of a WebFirewall with scope REGIONAL, or add a WebACLAssociation',
  ],
  ['a stage without one', 'EDG01', stage, 'call protectApiStage of a WebFirewall'],
  [
    'a GraphQL API without one',
    'EDG01',
    { Type: 'AWS::AppSync::GraphQLApi' },
    'call protectGraphqlApi of a WebFirewall',
  ],
  ['a user pool without one', 'EDG01', { Type: 'AWS::Cognito::UserPool' }, 'call protectUserPool of a WebFirewall'],
  ['a distribution without one', 'EDG01', distribution, 'protectDistribution of a WebFirewall with scope CLOUDFRONT'],
  ['a distribution without a certificate', 'EDG06', distribution, 'give the distribution domainNames and certificate'],
])('the finding of %s says what to do', (_name, rule, resource, advice) => {
  expect(messagesOf(rule, { R: resource })).toEqual([expect.stringContaining(advice)]);
});

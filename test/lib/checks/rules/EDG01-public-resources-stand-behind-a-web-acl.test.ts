import {
  App,
  aws_apigateway as apigateway,
  aws_cloudfront as cloudfront,
  aws_cloudfront_origins as origins,
  aws_wafv2 as wafv2,
  Stack,
} from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('EDG01');
const ACL_ARN = 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/main/1234';
const WebAcl = { Type: 'AWS::WAFv2::WebACL' };
const associate = (ResourceArn: unknown, change: Record<string, unknown> = {}, Condition?: string) => ({
  Type: 'AWS::WAFv2::WebACLAssociation',
  Properties: { ResourceArn, WebACLArn: { 'Fn::GetAtt': ['WebAcl', 'Arn'] }, ...change },
  ...(Condition !== undefined && { Condition }),
});
const balancer = (change: Record<string, unknown> = {}) => ({
  Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  Properties: { Type: 'application', Scheme: 'internet-facing', ...change },
});
const distribution = (WebACLId?: unknown) => ({
  Type: 'AWS::CloudFront::Distribution',
  Properties: { DistributionConfig: { Enabled: true, WebACLId } },
});
const FOUND = ['error EDG01[web ACL]'];
const OPEN = ['warning EDG01[web ACL unverified]'];

const Api = { Type: 'AWS::ApiGateway::RestApi' };
const stage = (change: Record<string, unknown> = {}) => ({
  Type: 'AWS::ApiGateway::Stage',
  Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod', ...change },
});
const STAGE_ARN = sub('arn:<AWS::Partition>:apigateway:<AWS::Region>::/restapis/<Api>/stages/<Stage>');

test.each<[string, Resources]>([
  ['a load balancer by reference', { R: balancer(), A: associate({ Ref: 'R' }) }],
  ['an ACL of another app', { R: balancer(), A: associate({ Ref: 'R' }, { WebACLArn: ACL_ARN }) }],
  [
    'an ACL whose ARN is put together',
    {
      R: balancer(),
      A: associate({ Ref: 'R' }, { WebACLArn: sub('arn:<AWS::Partition>:wafv2:<AWS::Region>:1:regional/webacl/a/b') }),
    },
  ],
  ['a distribution', { D: distribution({ 'Fn::GetAtt': ['WebAcl', 'Arn'] }) }],
  ['a distribution with an ACL of another app', { D: distribution(ACL_ARN.replace('regional', 'global')) }],
  ['a stage', { Api, Stage: stage(), A: associate(STAGE_ARN) }],
  [
    'a stage by its name',
    { Api, Stage: stage(), A: associate(sub('arn:aws:apigateway:eu::/restapis/<Api>/stages/prod')) },
  ],
  [
    'a stage of an API of another app',
    { Stage: stage({ RestApiId: 'abc' }), A: associate('arn:aws:apigateway:eu::/restapis/abc/stages/prod') },
  ],
  ['a GraphQL API', { G: { Type: 'AWS::AppSync::GraphQLApi' }, A: associate({ 'Fn::GetAtt': ['G', 'Arn'] }) }],
  ['a user pool', { P: { Type: 'AWS::Cognito::UserPool' }, A: associate({ 'Fn::GetAtt': ['P', 'Arn'] }) }],
  [
    'a user pool whose ARN is put together',
    { P: { Type: 'AWS::Cognito::UserPool' }, A: associate(sub('arn:aws:cognito-idp:eu:1:userpool/<P>')) },
  ],
])('compliant behind a web ACL: %s', (_name, resources) => {
  expect(judge({ WebAcl, ...resources })).toEqual([]);
});

test.each<[string, Resources]>([
  ['an internal load balancer', { R: balancer({ Scheme: 'internal' }) }],
  ['a network load balancer', { R: balancer({ Type: 'network' }) }],
  ['a gateway load balancer', { R: balancer({ Type: 'gateway', Scheme: undefined }) }],
  [
    'a stage of a private API',
    {
      Api: { ...Api, Properties: { EndpointConfiguration: { Types: ['PRIVATE'] } } },
      Stage: stage(),
    },
  ],
  ['a private GraphQL API', { G: { Type: 'AWS::AppSync::GraphQLApi', Properties: { Visibility: 'PRIVATE' } } }],
])('needs none: %s', (_name, resources) => {
  expect(judge(resources)).toEqual([]);
});

test.each<[string, Resources]>([
  ['a load balancer', { R: balancer() }],
  ['a load balancer that says nothing', { R: balancer({ Type: undefined, Scheme: undefined }) }],
  [
    'a load balancer beside one that is associated',
    { R: balancer({ Name: 'a' }), Q: balancer({ Scheme: 'internal' }), A: associate({ Ref: 'Q' }) },
  ],
  ['a load balancer whose association names anything', { R: balancer(), A: associate(GIVEN) }],
  [
    'a load balancer with an ACL of WAF Classic',
    { R: balancer(), C: { Type: 'AWS::WAFRegional::WebACL' }, A: associate({ Ref: 'R' }, { WebACLArn: { Ref: 'C' } }) },
  ],
  [
    'a load balancer with an ARN of something else',
    { R: balancer(), A: associate({ Ref: 'R' }, { WebACLArn: 'arn:aws:s3:::b' }) },
  ],
  ['a distribution', { D: distribution() }],
  ['a distribution with an empty id', { D: distribution('') }],
  ['a distribution with the id of an ACL of WAF Classic', { D: distribution('473e64fd-f30b-4765-81a0-62ad96dd167a') }],
  ['a distribution with an ACL of WAF Classic', { C: { Type: 'AWS::WAF::WebACL' }, D: distribution({ Ref: 'C' }) }],
  ['a stage', { Api, Stage: stage() }],
  [
    'a stage beside another of the same name',
    {
      Api,
      Stage: stage(),
      Other: Api,
      A: associate(sub('arn:aws:apigateway:eu::/restapis/<Other>/stages/prod')),
    },
  ],
  [
    'a stage beside another of the same name in an API of another app',
    { Stage: stage({ RestApiId: 'abc' }), A: associate('arn:aws:apigateway:eu::/restapis/xyz/stages/prod') },
  ],
  [
    'a stage beside another of its API',
    { Api, Stage: stage(), A: associate(sub('arn:aws:apigateway:eu::/restapis/<Api>/stages/test')) },
  ],
  ['a GraphQL API', { G: { Type: 'AWS::AppSync::GraphQLApi' } }],
  ['a user pool', { P: { Type: 'AWS::Cognito::UserPool' } }],
])('found without a web ACL: %s', (_name, resources) => {
  expect(judge({ WebAcl, ...resources })).toEqual(FOUND);
});

test.each<[string, Resources]>([
  ['an ACL', { R: balancer(), A: associate({ Ref: 'R' }, { WebACLArn: GIVEN }) }],
  ['an association', { R: balancer(), A: associate({ Ref: 'R' }, {}, 'Sometimes') }],
  ['a scheme', { R: balancer({ Scheme: GIVEN }) }],
  ['a type', { R: balancer({ Type: GIVEN }) }],
  ['an ACL of a distribution', { D: distribution(GIVEN) }],
  [
    'an ACL that a custom resource looks up',
    { C: { Type: 'Custom::Lookup' }, D: distribution({ 'Fn::GetAtt': ['C', 'Arn'] }) },
  ],
  ['the place of an API', { Api: { ...Api, Properties: { EndpointConfiguration: { Types: GIVEN } } }, Stage: stage() }],
  ['a visibility', { G: { Type: 'AWS::AppSync::GraphQLApi', Properties: { Visibility: GIVEN } } }],
])('%s that only the deployment knows is a warning', (_name, resources) => {
  expect(judge({ WebAcl, ...resources })).toEqual(OPEN);
});

describe('a load balancer that only a CDN reaches', () => {
  const PROPS = { allowedPrefixLists: ['pl-cdn'] };
  const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
  const CDN = { ...HTTPS, SourcePrefixListId: 'pl-cdn' };
  const group = (SecurityGroupIngress?: unknown) => ({
    Type: 'AWS::EC2::SecurityGroup',
    Properties: { SecurityGroupIngress },
  });
  const separate = (rule: Record<string, unknown>) => ({
    Type: 'AWS::EC2::SecurityGroupIngress',
    Properties: { GroupId: { 'Fn::GetAtt': ['G', 'GroupId'] }, ...rule },
  });
  const behind = (resources: Resources, SecurityGroups: unknown = [{ 'Fn::GetAtt': ['G', 'GroupId'] }]) =>
    judge({ R: balancer({ SecurityGroups }), ...resources }, PROPS);

  test.each<[string, Resources]>([
    ['the list of the CDN', { G: group([CDN]) }],
    ['the list by a rule of its own', { G: group(), I: separate(CDN) }],
    ['another group too', { G: group([CDN, { ...HTTPS, SourceSecurityGroupId: 'sg-1' }]) }],
    ['nobody', { G: group() }],
  ])('needs no web ACL where its group admits %s', (_name, resources) => {
    expect(behind(resources)).toEqual([]);
  });

  test.each<[string, Resources, unknown?]>([
    ['admits the public too', { G: group([CDN, { ...HTTPS, CidrIp: '0.0.0.0/0' }]) }],
    ['admits the public by a rule of its own', { G: group([CDN]), I: separate({ ...HTTPS, CidrIpv6: '::/0' }) }],
    ['admits one office', { G: group([{ ...HTTPS, CidrIp: '198.51.100.0/24' }]) }],
    ['admits a range that is given', { G: group([{ ...HTTPS, CidrIp: GIVEN }]) }],
    ['admits another list', { G: group([{ ...HTTPS, SourcePrefixListId: 'pl-1' }]) }],
    ['stands beside one of another app', { G: group([CDN]) }, [{ Ref: 'G' }, 'sg-1']],
    ['is given', { G: group([CDN]) }, GIVEN],
    ['is that of the VPC', { G: group([CDN]) }, []],
  ])('needs one where its group %s', (_name, resources, groups = [{ Ref: 'G' }]) => {
    expect(behind(resources, groups)).toEqual(FOUND);
  });

  test.each<[string, Resources]>([
    ['the list', { G: group([{ ...HTTPS, SourcePrefixListId: GIVEN }]) }],
    ['the rules', { G: group(GIVEN) }],
  ])('is to be looked at where only the deployment knows %s', (_name, resources) => {
    expect(behind(resources)).toEqual(OPEN);
  });

  test('says nothing for a distribution', () => {
    expect(judge({ D: distribution(), G: group([CDN]) }, PROPS)).toEqual(FOUND);
  });
});

test('the web ACL may stand in another stack, and in another Region for a distribution', () => {
  const app = new App();
  const env = { account: '123456789012', region: 'us-east-1' };
  const edge = new Stack(app, 'Edge', { env, crossRegionReferences: true });
  const visibilityConfig = { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: 'm' };
  const acl = (scope: string, stack: Stack) =>
    new wafv2.CfnWebACL(stack, scope, { scope, defaultAction: { allow: {} }, visibilityConfig });
  const site = new Stack(app, 'Site', { env: { ...env, region: 'eu-central-1' }, crossRegionReferences: true });
  const { deploymentStage } = new apigateway.RestApi(site, 'Api', {
    defaultIntegration: new apigateway.MockIntegration(),
  });
  deploymentStage.restApi.root.addMethod('ANY');
  new cloudfront.Distribution(site, 'Distribution', {
    defaultBehavior: { origin: new origins.HttpOrigin('example.com') },
    webAclId: acl('CLOUDFRONT', edge).attrArn,
  });
  const firewall = new Stack(app, 'Firewall', { env: { ...env, region: 'eu-central-1' } });
  new wafv2.CfnWebACLAssociation(firewall, 'Association', {
    resourceArn: deploymentStage.stageArn,
    webAclArn: acl('REGIONAL', firewall).attrArn,
  });
  app.synth();
  expect(findingsOf('EDG01', app)).toEqual([]);
});

import { App, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins, aws_s3 as s3, Stack } from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy } from '../judge';

const judge = judgedBy('EDG05');
const redirect = (Protocol: unknown) => ({ Type: 'redirect', RedirectConfig: { Protocol, StatusCode: 'HTTP_301' } });
const FORWARD = { Type: 'forward', TargetGroupArn: 'arn:aws:elasticloadbalancing:eu:1:targetgroup/a/b' };
const PLAIN = { Protocol: 'HTTP', DefaultActions: [redirect('HTTPS')] };
const listener = (Properties: Record<string, unknown>, Actions?: unknown) =>
  judge({
    L: { Type: 'AWS::ElasticLoadBalancingV2::Listener', Properties },
    ...(Actions !== undefined && {
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: { ListenerArn: { Ref: 'L' }, Actions },
      },
    }),
  });
const distribution = (byDefault: unknown, ...others: unknown[]) =>
  judge({
    D: {
      Type: 'AWS::CloudFront::Distribution',
      Properties: {
        DistributionConfig: {
          DefaultCacheBehavior: { ViewerProtocolPolicy: byDefault },
          CacheBehaviors: others.map((ViewerProtocolPolicy, index) => ({
            PathPattern: `/p${index}`,
            ViewerProtocolPolicy,
          })),
        },
      },
    },
  });

test.each<[string, Record<string, unknown>, unknown?]>([
  ['speaks HTTPS', { Protocol: 'HTTPS', DefaultActions: [FORWARD] }, [FORWARD]],
  ['speaks TLS', { Protocol: 'TLS', DefaultActions: [FORWARD] }],
  ['passes TCP on', { Protocol: 'TCP', DefaultActions: [FORWARD] }],
  ['belongs to a gateway load balancer', { DefaultActions: [FORWARD] }],
  ['redirects', PLAIN],
  ['redirects by a rule too', PLAIN, [redirect('HTTPS')]],
])('a listener is compliant that %s', (_name, given, actions = undefined) => {
  expect(listener(given, actions)).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ['forwards', { ...PLAIN, DefaultActions: [FORWARD] }],
  ['answers', { ...PLAIN, DefaultActions: [{ Type: 'fixed-response' }] }],
  ['redirects to HTTP', { ...PLAIN, DefaultActions: [redirect('HTTP')] }],
  ['redirects to where it came from', { ...PLAIN, DefaultActions: [redirect(undefined)] }],
  ['forwards besides', { ...PLAIN, DefaultActions: [redirect('HTTPS'), FORWARD] }],
  ['does nothing', { ...PLAIN, DefaultActions: [] }],
])('a listener for HTTP is found that %s', (_name, given) => {
  expect(listener(given)).toEqual(['error EDG05[plain HTTP]']);
});

test('a rule that forwards what came over HTTP is found', () => {
  expect(listener(PLAIN, [FORWARD])).toEqual(['error EDG05[plain HTTP by Rule]']);
});

test.each<[string, Record<string, unknown>, unknown, string]>([
  ['a protocol', { Protocol: GIVEN, DefaultActions: [FORWARD] }, undefined, 'plain HTTP'],
  ['the actions', { ...PLAIN, DefaultActions: GIVEN }, undefined, 'plain HTTP'],
  ['where a redirect leads', { ...PLAIN, DefaultActions: [redirect(GIVEN)] }, undefined, 'plain HTTP'],
  ['the actions of a rule', PLAIN, GIVEN, 'plain HTTP by Rule'],
])('%s of a listener that only the deployment knows is a warning', (_name, given, actions, subject) => {
  expect(listener(given, actions)).toEqual([`warning EDG05[${subject} unverified]`]);
});

test('a distribution is compliant that redirects or refuses', () => {
  expect(distribution('redirect-to-https', 'https-only', 'redirect-to-https')).toEqual([]);
});

test.each<[string, unknown[], string]>([
  ['by default', ['allow-all'], 'default'],
  ['by default, where nothing is said', [undefined], 'default'],
  ['on a path', ['https-only', 'https-only', 'allow-all'], '/p1'],
])('a distribution is found that serves over HTTP %s', (_name, [byDefault, ...others], subject) => {
  expect(distribution(byDefault, ...others)).toEqual([`error EDG05[behavior ${subject}]`]);
});

test('a policy that only the deployment knows is a warning', () => {
  expect(distribution(GIVEN, GIVEN)).toEqual([
    'warning EDG05[behavior /p0 unverified]',
    'warning EDG05[behavior default unverified]',
  ]);
});

test.each<[string, unknown, string]>([
  ['behaviors', GIVEN, 'DistributionConfig.CacheBehaviors'],
  ['a behavior', [GIVEN], 'DistributionConfig.CacheBehaviors.0'],
])('%s that only the deployment knows are a warning', (_name, CacheBehaviors, subject) => {
  const DistributionConfig = { DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' }, CacheBehaviors };
  expect(judge({ D: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } } })).toEqual([
    `warning EDG05[${subject} unverified]`,
  ]);
});

const originOf = (OriginProtocolPolicy: unknown, DomainName: unknown = 'example.com') => ({
  Id: 'a',
  DomainName,
  CustomOriginConfig: { OriginProtocolPolicy },
});
const WEBSITE = 'site.s3-website.eu-central-1.amazonaws.com';
const CUT = { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Site', 'WebsiteURL'] }] }] };

test.each<[string, unknown, string[]]>([
  ['over HTTPS', [originOf('https-only')], []],
  ['that is a bucket', [{ Id: 'a', S3OriginConfig: {} }], []],
  ['that is a VPC origin', [{ Id: 'a', VpcOriginConfig: { VpcOriginId: 'v' } }], []],
  ['over HTTP', [originOf('http-only')], ['error EDG05[origin a]']],
  ['as its viewer came', [originOf('match-viewer')], ['error EDG05[origin a]']],
  ['over nobody knows what', [originOf(undefined)], ['error EDG05[origin a]']],
  ['that is a website', [originOf('http-only', WEBSITE)], ['warning EDG05[origin a]']],
  [
    'that is a website of the older form',
    [originOf('http-only', 'a.s3-website-us-east-1.amazonaws.com')],
    ['warning EDG05[origin a]'],
  ],
  ['that is a website of this app', [originOf('http-only', CUT)], ['warning EDG05[origin a]']],
  ['over what is given', [originOf(GIVEN)], ['warning EDG05[origin a unverified]']],
  ['that is given', [GIVEN], ['warning EDG05[DistributionConfig.Origins.0 unverified]']],
  ['of those that are given', GIVEN, ['warning EDG05[DistributionConfig.Origins unverified]']],
])('a distribution reaches an origin %s', (_name, Origins, expected) => {
  const DistributionConfig = { DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' }, Origins };
  expect(
    judge({
      Site: { Type: 'AWS::S3::Bucket' },
      D: { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } },
    }),
  ).toEqual(expected);
});

test('the L2 origin for a website is a warning, the one for a server as its viewer came an error', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const site = new s3.Bucket(stack, 'Site', { websiteIndexDocument: 'index.html' });
  new cloudfront.Distribution(stack, 'D', {
    defaultBehavior: {
      origin: new origins.S3StaticWebsiteOrigin(site, { originId: 'site' }),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    },
    additionalBehaviors: {
      '/api': {
        origin: new origins.HttpOrigin('example.com', {
          originId: 'api',
          protocolPolicy: cloudfront.OriginProtocolPolicy.MATCH_VIEWER,
        }),
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
      },
    },
  });
  expect(findingsOf('EDG05', app)).toEqual(['error EDG05[origin api]', 'warning EDG05[origin site]']);
});

test.each<[unknown, string[]]>([
  ['https-only', []],
  ['http-only', ['warning EDG05[VPC origin]']],
  ['match-viewer', ['warning EDG05[VPC origin]']],
  [undefined, ['warning EDG05[VPC origin]']],
  [GIVEN, ['warning EDG05[VPC origin unverified]']],
])('a VPC origin with the policy %j', (OriginProtocolPolicy, expected) => {
  const Properties = { VpcOriginEndpointConfig: { OriginProtocolPolicy } };
  expect(judge({ O: { Type: 'AWS::CloudFront::VpcOrigin', Properties } })).toEqual(expected);
});

const classic = (Listeners: unknown, Scheme?: unknown) =>
  judge({ C: { Type: 'AWS::ElasticLoadBalancing::LoadBalancer', Properties: { Scheme, Listeners } } });
const at = (LoadBalancerPort: unknown, Protocol: unknown) => ({ LoadBalancerPort, Protocol, InstancePort: '80' });
const TOO_PLAIN = ['error EDG05[listener 80]'];

test.each<[string, unknown, unknown, string[]]>([
  ['HTTPS', [at('443', 'HTTPS')], undefined, []],
  ['SSL, in small letters', [at(443, 'ssl')], 'internet-facing', []],
  ['HTTP inside', [at('80', 'HTTP')], 'internal', []],
  ['HTTP', [at('443', 'HTTPS'), at('80', 'HTTP')], undefined, TOO_PLAIN],
  ['HTTP to the Internet', [at(80, 'HTTP')], 'internet-facing', TOO_PLAIN],
  ['TCP', [at('80', 'TCP')], undefined, TOO_PLAIN],
  ['HTTP to a place that is given', [at('80', 'HTTP')], GIVEN, ['warning EDG05[listener 80 unverified]']],
  ['what is given', [at('80', GIVEN)], undefined, ['warning EDG05[listener 80 unverified]']],
  ['by a listener that is given', [GIVEN], undefined, ['warning EDG05[Listeners.0 unverified]']],
  ['by listeners that are given', GIVEN, undefined, ['warning EDG05[Listeners unverified]']],
])('a classic load balancer that speaks %s', (_name, listeners, scheme, expected) => {
  expect(classic(listeners, scheme)).toEqual(expected);
});

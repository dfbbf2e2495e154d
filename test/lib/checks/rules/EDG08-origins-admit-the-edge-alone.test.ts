import {
  App,
  aws_cloudfront as cloudfront,
  aws_cloudfront_origins as origins,
  aws_lambda as lambda,
  Stack,
} from 'aws-cdk-lib';
import { findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('EDG08');
const LIST = 'pl-a3a144ca';
const PROPS = { allowedPrefixLists: [LIST] };
const distribution = (origin: Record<string, unknown>) => ({
  Type: 'AWS::CloudFront::Distribution',
  Properties: { DistributionConfig: { Origins: [{ Id: 'a', ...origin }] } },
});
const TO_BALANCER = distribution({ DomainName: { 'Fn::GetAtt': ['B', 'DNSName'] }, CustomOriginConfig: {} });
const balancer = (change: Record<string, unknown> = {}) => ({
  Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  Properties: { Scheme: 'internet-facing', SecurityGroups: [{ 'Fn::GetAtt': ['Group', 'GroupId'] }], ...change },
});
const group = (...SecurityGroupIngress: unknown[]) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: { SecurityGroupIngress },
});
const HTTPS = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };
const EDGE = { ...HTTPS, SourcePrefixListId: LIST };
const behind = (Group: Resources[string], more: Resources = {}) =>
  judge({ D: TO_BALANCER, B: balancer(), Group, ...more }, PROPS);
const list = (Cidr: unknown) => ({ Type: 'AWS::EC2::PrefixList', Properties: { Entries: [{ Cidr }] } });

test.each<[string, Resources[string], Resources?]>([
  ['admits CloudFront', group(EDGE)],
  ['admits nobody', group()],
  ['admits a group', group(EDGE, { ...HTTPS, SourceSecurityGroupId: 'sg-1' })],
  ['admits private addresses', group({ ...HTTPS, CidrIp: '10.0.0.0/8' }, { ...HTTPS, CidrIpv6: 'fd00::/8' })],
  [
    'admits a list of private addresses',
    group({ ...HTTPS, SourcePrefixListId: { Ref: 'List' } }),
    { List: list('10.1.0.0/16') },
  ],
])('a load balancer behind a distribution is compliant whose group %s', (_name, given, more = {}) => {
  expect(behind(given, more)).toEqual([]);
});

test.each<[string, Resources]>([
  ['nothing stands before', { B: balancer() }],
  ['a distribution reaches from inside', { D: TO_BALANCER, B: balancer({ Scheme: 'internal' }) }],
])('a load balancer may admit everybody that %s', (_name, resources) => {
  expect(judge({ ...resources, Group: group({ ...HTTPS, CidrIp: '0.0.0.0/0' }) }, PROPS)).toEqual([]);
});

test.each<[string, Resources[string], string, Resources?]>([
  ['everybody', group(EDGE, { ...HTTPS, CidrIp: '0.0.0.0/0' }), 'tcp 443 from 0.0.0.0/0'],
  ['everybody by IPv6', group({ ...HTTPS, CidrIpv6: '::/0' }), 'tcp 443 from ::/0'],
  ['an office', group({ ...HTTPS, CidrIp: '198.51.100.0/24' }), 'tcp 443 from 198.51.100.0/24'],
  [
    'a list of public addresses',
    group({ ...HTTPS, SourcePrefixListId: { Ref: 'List' } }),
    'tcp 443 from <List>',
    { List: list('198.51.100.0/24') },
  ],
  [
    'everybody by a rule of its own',
    group(EDGE),
    'tcp 443 from 0.0.0.0/0',
    {
      Rule: {
        Type: 'AWS::EC2::SecurityGroupIngress',
        Properties: { GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] }, ...HTTPS, CidrIp: '0.0.0.0/0' },
      },
    },
  ],
])('a load balancer behind a distribution is found that admits %s', (_name, given, subject, more = {}) => {
  expect(behind(given, more)).toEqual([`warning EDG08[${subject}]`]);
});

test.each<[string, Resources, string]>([
  ['a source', { Group: group({ ...HTTPS, CidrIp: GIVEN }) }, 'tcp 443 from <Given>'],
  ['a list of somebody else', { Group: group({ ...HTTPS, SourcePrefixListId: 'pl-1' }) }, 'tcp 443 from pl-1'],
  [
    'the rules',
    { Group: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress: GIVEN } } },
    'Group SecurityGroupIngress',
  ],
  ['a group of another app', { B: balancer({ SecurityGroups: ['sg-1'] }) }, 'group sg-1'],
  ['the groups', { B: balancer({ SecurityGroups: GIVEN }) }, 'SecurityGroups'],
  ['the group of the VPC', { B: balancer({ SecurityGroups: undefined }) }, 'SecurityGroups'],
])('%s that only the deployment knows is to be looked at', (_name, resources, subject) => {
  expect(judge({ D: TO_BALANCER, B: balancer(), Group: group(EDGE), ...resources }, PROPS)).toEqual([
    `warning EDG08[${subject} unverified]`,
  ]);
});

const BUCKET = { Bucket: { Type: 'AWS::S3::Bucket' } };
const OF_BUCKET = { DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] }, S3OriginConfig: {} };
const CONTROLLED = { ...OF_BUCKET, OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] } };
const CONTROL = { Control: { Type: 'AWS::CloudFront::OriginAccessControl' } };

test.each<[string, Record<string, unknown>]>([
  ['is a bucket with a control', CONTROLLED],
  ['is a bucket with a control of another app', { ...OF_BUCKET, OriginAccessControlId: 'E1' }],
  ['is no bucket', { DomainName: 'example.com', CustomOriginConfig: {} }],
  [
    'is a website',
    {
      DomainName: 'site.s3-website.eu-central-1.amazonaws.com',
      CustomOriginConfig: { OriginProtocolPolicy: 'http-only' },
    },
  ],
])('an origin is compliant that %s', (_name, origin) => {
  expect(judge({ ...BUCKET, ...CONTROL, D: distribution(origin) })).toEqual([]);
});

test.each<[string, Record<string, unknown>]>([
  ['has no control', OF_BUCKET],
  ['has an empty control', { ...OF_BUCKET, OriginAccessControlId: '' }],
  [
    'has the older identity',
    { ...OF_BUCKET, S3OriginConfig: { OriginAccessIdentity: 'origin-access-identity/cloudfront/E1' } },
  ],
  ['is a bucket in the guise of a server', { ...OF_BUCKET, S3OriginConfig: undefined, CustomOriginConfig: {} }],
  ['is a bucket of another app', { DomainName: 'logs.s3.eu-central-1.amazonaws.com', CustomOriginConfig: {} }],
  [
    'is a bucket whose name is put together',
    { DomainName: sub('<AWS::AccountId>.s3.amazonaws.com'), CustomOriginConfig: {} },
  ],
])('an origin is found that %s', (_name, origin) => {
  expect(judge({ ...BUCKET, ...CONTROL, D: distribution(origin) })).toEqual(['warning EDG08[origin a]']);
});

test('a control that only the deployment knows is to be looked at', () => {
  const D = distribution({ ...OF_BUCKET, OriginAccessControlId: GIVEN });
  expect(judge({ ...BUCKET, D })).toEqual(['warning EDG08[origin a unverified]']);
});

test('origins that only the deployment knows are to be looked at', () => {
  const Properties = { DistributionConfig: { Origins: GIVEN } };
  expect(judge({ D: { Type: 'AWS::CloudFront::Distribution', Properties } })).toEqual([
    'warning EDG08[DistributionConfig.Origins.0 unverified]',
  ]);
});

const hostOf = (url: unknown) => ({ 'Fn::Select': [2, { 'Fn::Split': ['/', url] }] });
const OF_FUNCTION = {
  DomainName: hostOf({ 'Fn::GetAtt': ['Url', 'FunctionUrl'] }),
  CustomOriginConfig: { OriginProtocolPolicy: 'https-only' },
};
const ACCESS = { OriginAccessControlId: { 'Fn::GetAtt': ['Control', 'Id'] } };
const toFunction = (AuthType: unknown, origin: Record<string, unknown>) =>
  judge({ ...CONTROL, Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType } }, D: distribution(origin) });

test.each<[string, unknown, Record<string, unknown>, string[]]>([
  ['takes whom IAM knows, by a control', 'AWS_IAM', { ...OF_FUNCTION, ...ACCESS }, []],
  ['takes anybody', 'NONE', OF_FUNCTION, ['warning EDG08[origin a]']],
  ['takes anybody beside a control', 'NONE', { ...OF_FUNCTION, ...ACCESS }, ['warning EDG08[origin a]']],
  ['takes nobody, without a control', 'AWS_IAM', OF_FUNCTION, ['warning EDG08[origin a]']],
  ['takes what is given', GIVEN, { ...OF_FUNCTION, ...ACCESS }, ['warning EDG08[origin a unverified]']],
  [
    'has a control that is given',
    'AWS_IAM',
    { ...OF_FUNCTION, OriginAccessControlId: GIVEN },
    ['warning EDG08[origin a unverified]'],
  ],
  ['is of another app', 'NONE', { ...OF_FUNCTION, DomainName: hostOf('https://a.lambda-url.eu.on.aws/') }, []],
  ['is named by something else', 'NONE', { ...OF_FUNCTION, DomainName: hostOf({ 'Fn::GetAtt': ['D', 'Id'] }) }, []],
])('an origin that is a function URL which %s', (_name, authType, origin, expected) => {
  expect(toFunction(authType, origin)).toEqual(expected);
});

test('the L2 origins for function URLs are judged, also across stacks', () => {
  const app = new App();
  const functions = new Stack(app, 'Functions');
  const site = new Stack(app, 'Site');
  const urlOf = (id: string, authType: lambda.FunctionUrlAuthType) =>
    new lambda.Function(functions, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = () => {}'),
    }).addFunctionUrl({ authType });
  const open = new origins.FunctionUrlOrigin(urlOf('Open', lambda.FunctionUrlAuthType.NONE), { originId: 'open' });
  const closed = origins.FunctionUrlOrigin.withOriginAccessControl(urlOf('Shut', lambda.FunctionUrlAuthType.AWS_IAM));
  new cloudfront.Distribution(functions, 'Near', { defaultBehavior: { origin: closed } });
  new cloudfront.Distribution(site, 'Far', { defaultBehavior: { origin: open } });
  app.synth();
  expect(findingsOf('EDG08', app)).toEqual(['warning EDG08[origin open]']);
});

import { App, aws_ec2 as ec2, Stack } from 'aws-cdk-lib';
import { changed, findingsOf, GIVEN, judgedBy, type Resources, sub } from '../judge';

const judge = judgedBy('NET05');
const WEB = { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '10.0.0.0/8', Description: 'Web from within' };
const COMPLIANT: Resources = {
  G: {
    Type: 'AWS::EC2::SecurityGroup',
    Properties: {
      GroupDescription: 'Web servers',
      SecurityGroupIngress: [WEB],
      SecurityGroupEgress: [{ ...WEB, CidrIp: undefined, DestinationPrefixListId: 'pl-1' }],
    },
  },
  In: { Type: 'AWS::EC2::SecurityGroupIngress', Properties: { GroupId: 'sg-1', ...WEB, CidrIp: '10.1.0.0/16' } },
  Out: { Type: 'AWS::EC2::SecurityGroupEgress', Properties: { GroupId: 'sg-1', ...WEB, CidrIp: '10.2.0.0/16' } },
};

test('a template in which everything says what it is for is compliant', () => {
  expect(judge(COMPLIANT)).toEqual([]);
});

const PLACES: ReadonlyArray<readonly [path: string, finding: string]> = [
  ['G.Properties.GroupDescription', 'group'],
  ['G.Properties.SecurityGroupIngress.0.Description', 'tcp 443 from 10.0.0.0/8'],
  ['G.Properties.SecurityGroupEgress.0.Description', 'tcp 443 to pl-1'],
  ['In.Properties.Description', 'tcp 443 from 10.1.0.0/16'],
  ['Out.Properties.Description', 'tcp 443 to 10.2.0.0/16'],
];

describe.each(PLACES)('%s', (path, subject) => {
  test.each([undefined, '', '  ', { Ref: 'AWS::NoValue' }])('is missed where it is %p', (value) => {
    expect(judge(changed(COMPLIANT, path, value))).toEqual([`warning NET05[${subject}]`]);
  });

  test('cannot be verified where only the deployment knows it', () => {
    expect(judge(changed(COMPLIANT, path, GIVEN))).toEqual([`warning NET05[${subject} unverified]`]);
  });

  test.each([{ Ref: 'AWS::StackName' }, sub('For <Given>')])('may refer to something: %p', (value) => {
    expect(judge(changed(COMPLIANT, path, value))).toEqual([]);
  });
});

test('rules that only the deployment knows are a warning', () => {
  expect(judge(changed(COMPLIANT, 'G.Properties.SecurityGroupIngress', GIVEN))).toEqual([
    'warning NET05[SecurityGroupIngress unverified]',
  ]);
});

test('what the CDK writes by itself counts', () => {
  const app = new App();
  const stack = new Stack(app, 'S');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, maxAzs: 1 });
  const [one, other] = ['One', 'Other'].map((id) => new ec2.SecurityGroup(stack, id, { vpc, allowAllOutbound: false }));
  one?.connections.allowTo(other as ec2.SecurityGroup, ec2.Port.tcp(443));
  expect(findingsOf('NET05', app)).toEqual([]);
});

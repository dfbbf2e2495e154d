import { sandbox, unique } from '../../../test/e2e/deployed';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { ACCOUNT, REGION, rulesOf, tcp, type UnitCase } from '../../../test/e2e/case';

const ec2 = sandbox.client(EC2Client);

/** How the tests of the modes make this drift, in the local AWS. */
export const unit: UnitCase<string> = {
  id: 'ec2-security-group-public-ingress',
  make: async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.40.0.0/16' }));
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: unique('e2e'), Description: 'Made by a test', VpcId: Vpc?.VpcId }),
    );
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(5432, '10.0.0.0/8')] }));
    return GroupId as string;
  },
  arn: (group) => `arn:aws:ec2:${REGION}:${ACCOUNT}:security-group/${group}`,
  operation: 'AuthorizeSecurityGroupIngress',
  drift: (GroupId) =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0', 'for the weekend')] }),
    ),
  state: rulesOf,
  change: (GroupId) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(3389, '0.0.0.0/0')] })),
  secure: (GroupId) =>
    ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, IpPermissions: [tcp(22, '0.0.0.0/0')] })),
};

import { flatten } from '../../private/template-values';
import { type CheckContext, type CheckedResource, type Finding, type Rule, some, unless } from '../rule';
import { isThereWith } from '../values';

/** What the CDK makes for `restrictDefaultSecurityGroup`, and this library for its networks: it takes out the rules that EC2 gives the group. */
const CLOSED_BY = ['Custom::VpcRestrictDefaultSG', 'Custom::BulwarkDefaultGroup'] as const;

const RULES = ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'] as const;

export const rule: Rule = {
  id: 'NET01',
  title: 'Default security group of a VPC has no rules',
  severity: 'ERROR',
  resourceTypes: ['AWS::EC2::VPC'],
  controls: ['EC2.2'],
  techniques: ['AM34', 'AM35'],
  rationale:
    'Whatever is started without a group falls into the default one. As EC2 makes it, its members reach each other on every port, and the whole Internet besides.',
  whenNotToUse:
    'An account where the remediation ec2-default-security-group closes these groups: a template cannot show that. Acknowledge the finding then.',
  check(vpc, context) {
    const closed = CLOSED_BY.flatMap((type) => context.referring(vpc, type, 'DefaultSecurityGroupId')).map((resource) =>
      isThereWith(resource, vpc),
    );
    return [
      ...unless(some(closed), {
        subject: 'rules of EC2',
        message:
          'Nothing takes out the rules that EC2 gives the default group. With the L2 VPC, set restrictDefaultSecurityGroup.',
      }),
      ...RULES.flatMap((type) => opened(vpc, type, context)),
    ];
  },
};

/** A rule of the default group's own undoes what closed it. */
function opened(vpc: CheckedResource, type: string, context: CheckContext): Finding[] {
  return context.referring(vpc, type, 'GroupId').map(({ logicalId, properties: { GroupId: group } }) => ({
    subject: `opened by ${logicalId}`,
    message: `${logicalId} adds a rule to ${flatten(group)}, the default group.`,
  }));
}

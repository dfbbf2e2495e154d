import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'CloudWatch.1': {
    title: 'Use of the root user raises an alarm',
    severity: 'LOW',
    meaning: 'Somebody acts with unlimited rights, and the owners of the account learn of it from the damage.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's alarms are to report any use of root with the highest priority; this version has no alarm for it.",
    },
    standards: {
      'cis-3.0': ['4.3'],
      'cis-5.0': ['4.3'],
      'cis-7.0': ['5.3'],
      hipaa: ['164.308(a)(6)(i)', '164.308(a)(6)(ii)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['PI1.3'],
    },
  },
  'CloudWatch.2': {
    title: 'Refused API calls raise an alarm',
    severity: 'LOW',
    meaning: 'An intruder who tries out what a stolen identity may do goes unnoticed until something works.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'Counting refused calls in the log group of the trail and alarming on many is meant for a later version; this one does not count them.',
    },
    standards: {
      'cis-3.0': ['4.1'],
      'cis-5.0': ['4.1'],
      'cis-7.0': ['5.1'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['PI1.3'],
    },
  },
  'CloudWatch.3': {
    title: 'Console sign-ins without MFA raise an alarm',
    severity: 'LOW',
    meaning: 'A stolen password was enough to get in, and nobody hears that it was used.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to alarm on sign-ins of IAM users without a second factor; the present one does not look at sign-ins.',
    },
    standards: {
      'cis-3.0': ['4.2'],
      'cis-5.0': ['4.2'],
      'cis-7.0': ['5.2'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
    },
  },
  'CloudWatch.4': {
    title: 'Changes to IAM policies raise an alarm',
    severity: 'LOW',
    meaning: 'An attacker widens the rights of a user or role and stays unseen.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventSource=iam.amazonaws.com) && (($.eventName=DeleteGroupPolicy) || ($.eventName=DeleteRolePolicy) || ($.eventName=DeleteUserPolicy) || ($.eventName=PutGroupPolicy) || ($.eventName=PutRolePolicy) || ($.eventName=PutUserPolicy) || ($.eventName=CreatePolicy) || ($.eventName=DeletePolicy) || ($.eventName=CreatePolicyVersion) || ($.eventName=DeletePolicyVersion) || ($.eventName=AttachRolePolicy) || ($.eventName=DetachRolePolicy) || ($.eventName=AttachUserPolicy) || ($.eventName=DetachUserPolicy) || ($.eventName=AttachGroupPolicy) || ($.eventName=DetachGroupPolicy))}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'An alarm on changes of IAM policies is among those planned for a later version; this version does not report them.',
    },
    standards: {
      'cis-3.0': ['4.4'],
      'cis-5.0': ['4.4'],
      'cis-7.0': ['5.4'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2', 'PI1.3'],
    },
  },
  'CloudWatch.5': {
    title: 'Changes to the configuration of trails raise an alarm',
    severity: 'LOW',
    meaning: 'An intruder stops the trail first, and all that follows happens in the dark.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || ($.eventName=StartLogging) || ($.eventName=StopLogging)}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's alarms are to rate a stopped or deleted trail as most urgent; the metric filter that this control asks for is not set up here.",
    },
    standards: {
      'cis-3.0': ['4.5'],
      'cis-5.0': ['4.5'],
      'cis-7.0': ['5.5'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2'],
    },
  },
  'CloudWatch.6': {
    title: 'Failed console sign-ins raise an alarm',
    severity: 'LOW',
    meaning: 'Guessing of passwords goes on for days without anyone looking.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to count failed sign-ins and alarm when they pile up; nothing in this version counts them.',
    },
    standards: {
      'cis-3.0': ['4.6'],
      'cis-5.0': ['4.6'],
      'cis-7.0': ['5.6'],
      hipaa: ['164.308(a)(5)(ii)(C)', '164.308(a)(6)(i)', '164.308(a)(6)(ii)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['PI1.3'],
    },
  },
  'CloudWatch.7': {
    title: 'Disabling or scheduled deletion of KMS keys raises an alarm',
    severity: 'LOW',
    meaning:
      'Data becomes unreadable, for good once the waiting period is over, and nobody stepped in while that was possible.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to alarm when a customer key is disabled or due for deletion; this version does not watch keys that way.',
    },
    standards: {
      'cis-3.0': ['4.7'],
      'cis-5.0': ['4.7'],
      'cis-7.0': ['5.7'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
    },
  },
  'CloudWatch.8': {
    title: 'Changes to bucket policies and ACLs raise an alarm',
    severity: 'LOW',
    meaning: 'A bucket is opened to strangers and data flows out until somebody finds it by chance.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventSource=s3.amazonaws.com) && (($.eventName=PutBucketAcl) || ($.eventName=PutBucketPolicy) || ($.eventName=PutBucketCors) || ($.eventName=PutBucketLifecycle) || ($.eventName=PutBucketReplication) || ($.eventName=DeleteBucketPolicy) || ($.eventName=DeleteBucketCors) || ($.eventName=DeleteBucketLifecycle) || ($.eventName=DeleteBucketReplication))}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'The alarm on changes of policies, ACLs, CORS, lifecycle and replication of buckets is to come with a later version.',
    },
    standards: {
      'cis-3.0': ['4.8'],
      'cis-5.0': ['4.8'],
      'cis-7.0': ['5.8'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2'],
    },
  },
  'CloudWatch.9': {
    title: 'Changes to the recording of AWS Config raise an alarm',
    severity: 'LOW',
    meaning:
      'Once the recorder is stopped, changes of resources leave no history and the rules that watch them fall silent.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventSource=config.amazonaws.com) && (($.eventName=StopConfigurationRecorder) || ($.eventName=DeleteDeliveryChannel) || ($.eventName=PutDeliveryChannel) || ($.eventName=PutConfigurationRecorder))}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to set up AWS Config together with an alarm on changes to it; this version does neither.',
    },
    standards: {
      'cis-3.0': ['4.9'],
      'cis-5.0': ['4.9'],
      'cis-7.0': ['5.9'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2'],
    },
  },
  'CloudWatch.10': {
    title: 'Changes to security groups raise an alarm',
    severity: 'LOW',
    meaning: 'A port is opened to the world and the people on duty hear of it from the attacker.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=AuthorizeSecurityGroupIngress) || ($.eventName=AuthorizeSecurityGroupEgress) || ($.eventName=RevokeSecurityGroupIngress) || ($.eventName=RevokeSecurityGroupEgress) || ($.eventName=CreateSecurityGroup) || ($.eventName=DeleteSecurityGroup)}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason:
        'Alarms on every change of a security group, with a filter of its own for modified rules, are planned for a later version.',
    },
    standards: {
      'cis-3.0': ['4.10'],
      'cis-5.0': ['4.10'],
      'cis-7.0': ['5.10'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2'],
    },
  },
  'CloudWatch.11': {
    title: 'Changes to network ACLs raise an alarm',
    severity: 'LOW',
    meaning: 'The filter around a subnet is loosened, or cuts off an application, and nobody knows that it changed.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=CreateNetworkAcl) || ($.eventName=CreateNetworkAclEntry) || ($.eventName=DeleteNetworkAcl) || ($.eventName=DeleteNetworkAclEntry) || ($.eventName=ReplaceNetworkAclEntry) || ($.eventName=ReplaceNetworkAclAssociation)}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason: 'A later version is to alarm on changes of network ACLs; this version does not watch them.',
    },
    standards: {
      'cis-3.0': ['4.11'],
      'cis-5.0': ['4.11'],
      'cis-7.0': ['5.11'],
      'nist-800-53-r5': [
        'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2(2)', 'CA-7', 'PM-14', 'PM-31', 'SC-36(1)', 'SI-2', 'SI-4(12)',
        'SI-5', 'SI-5(1)',
      ],
      hipaa: ['164.308(a)(6)(i)'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'CloudWatch.12': {
    title: 'Changes to network gateways raise an alarm',
    severity: 'LOW',
    meaning: 'A new internet gateway or a foreign customer gateway opens a way out for data that no one had approved.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=CreateCustomerGateway) || ($.eventName=DeleteCustomerGateway) || ($.eventName=AttachInternetGateway) || ($.eventName=CreateInternetGateway) || ($.eventName=DeleteInternetGateway) || ($.eventName=DetachInternetGateway)}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason: 'An alarm for internet and customer gateways is to be part of a later version; the present one has none.',
    },
    standards: {
      'cis-3.0': ['4.12'],
      'cis-5.0': ['4.12'],
      'cis-7.0': ['5.12'],
      'nist-800-53-r5': [
        'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2(2)', 'CA-7', 'PM-14', 'PM-31', 'SC-36(1)', 'SI-2', 'SI-4(12)',
        'SI-5', 'SI-5(1)',
      ],
      hipaa: ['164.308(a)(6)(i)'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'CloudWatch.13': {
    title: 'Changes to route tables raise an alarm',
    severity: 'LOW',
    meaning:
      'Traffic is led past the inspection or to a host of the attacker, and connections work as if nothing had changed.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventSource=ec2.amazonaws.com) && (($.eventName=CreateRoute) || ($.eventName=CreateRouteTable) || ($.eventName=ReplaceRoute) || ($.eventName=ReplaceRouteTableAssociation) || ($.eventName=DeleteRouteTable) || ($.eventName=DeleteRoute) || ($.eventName=DisassociateRouteTable))}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason: 'A later version is to alarm when routes change; this version does not follow route tables.',
    },
    standards: {
      'cis-3.0': ['4.13'],
      'cis-5.0': ['4.13'],
      'cis-7.0': ['5.13'],
      'nist-800-53-r5': [
        'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2(2)', 'CA-7', 'PM-14', 'PM-31', 'SC-36(1)', 'SI-2', 'SI-4(12)',
        'SI-5', 'SI-5(1)',
      ],
      hipaa: ['164.308(a)(6)(i)'],
      soc2: ['CC5.2', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'CloudWatch.14': {
    title: 'Changes to VPCs raise an alarm',
    severity: 'LOW',
    meaning: 'A peering with a foreign network is accepted, or a network is taken down, without anyone being told.',
    byHand:
      'On the log group of the trail put a metric filter with exactly the pattern `{($.eventName=CreateVpc) || ($.eventName=DeleteVpc) || ($.eventName=ModifyVpcAttribute) || ($.eventName=AcceptVpcPeeringConnection) || ($.eventName=CreateVpcPeeringConnection) || ($.eventName=DeleteVpcPeeringConnection) || ($.eventName=RejectVpcPeeringConnection) || ($.eventName=AttachClassicLinkVpc) || ($.eventName=DetachClassicLinkVpc) || ($.eventName=DisableVpcClassicLink) || ($.eventName=EnableVpcClassicLink)}`, and on its metric an alarm that tells an SNS topic with a subscriber.',
    gap: {
      kind: 'planned',
      reason: 'The alarm on VPCs and their peerings is planned with the other network alarms of a later version.',
    },
    standards: {
      'cis-3.0': ['4.14'],
      'cis-5.0': ['4.14'],
      'cis-7.0': ['5.14'],
      'nist-800-53-r5': [
        'AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2(2)', 'CA-7', 'PM-14', 'PM-31', 'SC-36(1)', 'SI-2', 'SI-4(12)',
        'SI-5', 'SI-5(1)',
      ],
      hipaa: ['164.308(a)(6)(i)'],
      'iso27001-2022': ['A.8.15', 'A.8.16', 'A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC5.2', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'CloudWatch.16': {
    title: 'Log groups keep their events for at least one year',
    severity: 'MEDIUM',
    meaning: 'An intrusion that is found after months can no longer be traced, because its logs have expired.',
    byHand:
      'Set the retention: `aws logs put-retention-policy --log-group-name NAME --retention-in-days 365`. A group without retention keeps its events for good.',
    standards: {
      'nist-800-53-r5': ['AU-11'],
    },
  },
});

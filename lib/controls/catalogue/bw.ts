import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'BW.1': {
    title: 'Accounts carry contact details that are current',
    severity: 'MEDIUM',
    meaning: 'AWS cannot reach anyone about abuse, unpaid bills or a lost root login, and may restrict the account.',
    byHand:
      'Put the data of the organization in, not of one employee: `aws account put-contact-information --contact-information file://CONTACT.json`. Review it at least once a year.',
    gap: {
      kind: 'person',
      reason:
        'Which address and phone of the company are right, and whether they still are, only a person in the company can tell.',
    },
    standards: {
      'cis-3.0': ['1.1', '1.11'],
      'cis-5.0': ['1.1'],
      'cis-7.0': ['2.2'],
    },
  },
  'BW.2': {
    title: 'The root user is not used for daily work',
    severity: 'HIGH',
    meaning:
      'Root can do everything and few policies bind it, so one stolen session or slip can cost the whole account.',
    byHand:
      'Sign in through IAM Identity Center or a role, and keep root for the few tasks that need it. See its last use in the credential report: `aws iam generate-credential-report`, then `aws iam get-credential-report`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's alarms are to tell at once when root signs in or calls an API; this version does not alert on root.",
    },
    standards: {
      'cis-3.0': ['1.7'],
      'cis-5.0': ['1.6'],
      'cis-7.0': ['2.7'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'BW.3': {
    title: 'Access keys are not handed out together with console passwords',
    severity: 'MEDIUM',
    meaning: 'Keys that nobody asked for lie about unused and unwatched until somebody finds them.',
    byHand:
      'Delete keys that were made along with the user and never used: `aws iam delete-access-key --user-name USER --access-key-id KEY_ID`. Create a key only when a use for it is shown.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to bring a check at synthesis against users that get a password and a key at once; this version has no such check.',
    },
    standards: {
      'cis-3.0': ['1.11'],
      'cis-5.0': ['1.10'],
    },
  },
  'BW.4': {
    title: 'Users have at most one active access key',
    severity: 'MEDIUM',
    meaning: 'A forgotten second key keeps working after the first was rotated, and so does a copy an attacker holds.',
    byHand:
      'List the keys with `aws iam list-access-keys --user-name USER`, move whatever uses the older one, then `aws iam update-access-key --user-name USER --access-key-id KEY_ID --status Inactive` and delete it after a week.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to read the credential report daily, warn about a second active key and deactivate it after a week; this one does not.',
    },
    standards: {
      'cis-3.0': ['1.13'],
      'cis-5.0': ['1.12'],
    },
  },
  'BW.5': {
    title: 'Instances reach AWS through a role of their own',
    severity: 'MEDIUM',
    meaning: 'Applications keep long-lived keys in files on the instance, where anyone who breaks in can copy them.',
    byHand:
      'Attach a profile with just the rights it needs: `aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile Name=PROFILE`. Then delete the keys kept on the instance.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to bring a Config rule that finds instances without a profile; this version does not look at instances.',
    },
    stockRules: ['NIST.800.53.R5-EC2InstanceProfileAttached'],
    standards: {
      'cis-3.0': ['1.18'],
      'cis-5.0': ['1.17'],
      'cis-7.0': ['2.16'],
      'nist-800-53-r5': ['AC-3', 'CM-5(1)', 'CM-6'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
      'iso27001-2022': ['A.8.2', 'A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'BW.6': {
    title: 'People sign in through one central directory, not as IAM users',
    severity: 'LOW',
    meaning:
      'People who left keep working logins in one account or another, because nobody can close all of them at once.',
    byHand:
      'Set up IAM Identity Center in the management account and assign permission sets to groups of your identity provider. Then remove each old login: `aws iam delete-login-profile --user-name USER`.',
    gap: {
      kind: 'organization',
      reason:
        'Denying new IAM users except for emergencies belongs to a service control policy, which this version does not deploy; Identity Center is set up by a person.',
    },
    standards: {
      'cis-3.0': ['1.21'],
      'cis-5.0': ['1.20'],
      'cis-7.0': ['2.19'],
    },
  },
  'BW.7': {
    title: 'Sensitive data in buckets is discovered and classified',
    severity: 'MEDIUM',
    meaning: 'Personal data or secrets lie in a bucket that nobody protects, because nobody knows they are there.',
    byHand:
      'Run `aws macie2 enable-macie` and `aws macie2 update-automated-discovery-configuration --status ENABLED` in each Region with buckets, review the findings and protect or delete what they show.',
    gap: {
      kind: 'planned',
      reason:
        'A later version is to turn on Macie with automated discovery; how data is classified stays with its owners. This version does not set up Macie.',
    },
    standards: {
      'cis-3.0': ['2.1.3'],
      'cis-5.0': ['2.1.3'],
      'cis-7.0': ['3.1.3'],
      'pci-4.0': ['A3.2.5.1'],
    },
  },
  'BW.8': {
    title: 'Changes to the organization raise an alarm',
    severity: 'MEDIUM',
    meaning: 'An account that leaves, a policy that is detached or a new account goes unseen, and guardrails are gone.',
    byHand:
      'On the log group of the trail of the management account put a metric filter with the pattern `{($.eventSource=organizations.amazonaws.com) && (($.eventName=AcceptHandshake) || ($.eventName=AttachPolicy) || ($.eventName=CreateAccount) || ($.eventName=CreateOrganizationalUnit) || ($.eventName=CreatePolicy) || ($.eventName=DeclineHandshake) || ($.eventName=DeleteOrganization) || ($.eventName=DeleteOrganizationalUnit) || ($.eventName=DeletePolicy) || ($.eventName=DetachPolicy) || ($.eventName=DisablePolicyType) || ($.eventName=EnablePolicyType) || ($.eventName=InviteAccountToOrganization) || ($.eventName=LeaveOrganization) || ($.eventName=MoveAccount) || ($.eventName=RemoveAccountFromOrganization) || ($.eventName=UpdatePolicy) || ($.eventName=UpdateOrganizationalUnit))}`, and on its metric an alarm that tells an SNS topic.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's alarms are to cover changes to the organization where its management account is in reach; this version has no such alarm.",
    },
    standards: {
      'cis-3.0': ['4.15'],
      'cis-5.0': ['4.15'],
      'cis-7.0': ['5.15'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC5.2'],
    },
  },
  'BW.9': {
    title: 'Security Hub is on in each Region in use',
    severity: 'HIGH',
    meaning:
      'Findings of AWS services and failed controls are spread over many consoles, and the urgent ones are missed.',
    byHand:
      'Turn it on in each Region: `aws securityhub enable-security-hub --enable-default-standards`. AWS Config has to record there for the controls to be evaluated.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's posture management is to turn on Security Hub with its standards; this version does not touch it.",
    },
    standards: {
      'cis-3.0': ['4.16'],
      'cis-5.0': ['4.16'],
      'cis-7.0': ['5.16'],
      'nist-800-53-r5': ['AU-6(1)', 'AU-6(5)', 'AU-12(3)', 'AU-14', 'CA-2', 'CA-7', 'PM-14', 'PM-31'],
      'pci-4.0': ['10.2.1.1', '10.4.1', '10.4.1.1', '10.4.2', '10.6.3', '10.7.1', '10.7.2', 'A3.3.1', 'A3.5.1'],
      hipaa: [
        '164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(5)(ii)(C)', '164.308(a)(6)(i)', '164.308(a)(6)(ii)',
        '164.308(a)(8)', '164.312(b)', '164.312(e)(2)(i)',
      ],
      'iso27001-2022': ['A.5.1', 'A.8.23'],
      soc2: ['CC3.1', 'CC6.8', 'CC7.1', 'CC7.2', 'CC7.3', 'CC7.4'],
    },
  },
  'BW.10': {
    title: 'Security groups do not admit the public to file shares over CIFS',
    severity: 'CRITICAL',
    meaning: 'Everyone on the internet can try logins and exploits against port 445, which is how ransomware spreads.',
    byHand:
      'Remove the rule that opens TCP port 445 to 0.0.0.0/0 or ::/0: `aws ec2 revoke-security-group-ingress --group-id ID --security-group-rule-ids RULE_ID`. Let clients in by VPN or from named networks.',
    stockRules: ['AwsSolutions-EC23'],
    standards: {
      'cis-5.0': ['5.1.2'],
      'cis-7.0': ['6.1.2'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
      soc2: ['CC6.6'],
    },
  },
  'BW.11': {
    title: 'Routes over VPC peering lead only to the subnets that are needed',
    severity: 'MEDIUM',
    meaning: 'Whoever breaks into one VPC can reach every host of its peers instead of the one service they share.',
    byHand:
      'Add a narrow route, then remove the wide one: `aws ec2 create-route --route-table-id ID --destination-cidr-block NARROW_CIDR --vpc-peering-connection-id PCX` and `aws ec2 delete-route --route-table-id ID --destination-cidr-block WIDE_CIDR`.',
    standards: {
      'cis-3.0': ['5.5'],
      'cis-5.0': ['5.6'],
      'cis-7.0': ['6.6'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'BW.12': {
    title: 'Response functions hold few rights, run in bounded numbers and can be stopped',
    severity: 'HIGH',
    meaning:
      'A function meant to repair becomes the best target in the account, or floods it with changes that nobody can halt.',
    byHand:
      'Give each function its own role without wildcards, a redrive policy on its source queue (`aws sqs set-queue-attributes --queue-url URL --attributes file://REDRIVE.json`), a MaximumConcurrency on its event source mapping and a parameter that stops it.',
    standards: {
      'pci-4.0': ['12.10.5'],
    },
  },
  'BW.13': {
    title: 'Buckets with logs and evidence keep locked, encrypted versions and refuse deletion',
    severity: 'HIGH',
    meaning: 'An intruder with enough rights deletes or rewrites the records of what was done.',
    byHand:
      "Turn on versioning, then lock: `aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=DAYS}}'`. Set a KMS key and BucketOwnerEnforced, and deny plain HTTP and deletion in the policy.",
    standards: {
      'nist-800-53-r5': ['AU-9(3)'],
      'pci-4.0': ['10.3.2'],
    },
  },
  'BW.14': {
    title: 'Security groups of inner tiers let nothing out to the public',
    severity: 'HIGH',
    meaning: 'An intruder on an inner machine fetches tools, takes orders and carries data off without meeting a limit.',
    byHand:
      'Find the rule with `aws ec2 describe-security-group-rules --filters Name=group-id,Values=ID`, then remove it: `aws ec2 revoke-security-group-egress --group-id ID --security-group-rule-ids RULE_ID`. Allow the endpoints and partners that are needed by group, prefix list or address.',
    standards: {
      'nist-800-53-r5': ['SC-7(5)'],
      'pci-4.0': ['1.3.2'],
    },
  },
  'BW.15': {
    title: 'Security groups and their rules state their purpose',
    severity: 'LOW',
    meaning: 'Nobody dares to remove a rule that nobody can explain, so what was opened once stays open.',
    byHand:
      'Describe each rule: `aws ec2 update-security-group-rule-descriptions-ingress --group-id ID --security-group-rule-descriptions SecurityGroupRuleId=RULE_ID,Description=PURPOSE`, and the same with `-egress`. The text of a group itself cannot be changed later.',
    standards: {
      'pci-4.0': ['1.2.5'],
    },
  },
  'BW.16': {
    title: 'Security groups open only the paths between tiers that are meant to be',
    severity: 'HIGH',
    meaning: 'A single rule between the wrong tiers lets an intruder move from one machine to the rest of the network.',
    byHand:
      'Compare the rules of each tier with the paths that it is meant to have (`aws ec2 describe-security-group-rules --filters Name=group-id,Values=ID`) and revoke those beside them. Refer to the group of the other tier instead of a range.',
    standards: {
      'nist-800-53-r5': ['AC-4(21)'],
    },
  },
  'BW.17': {
    title: 'Networks of databases have no way to the internet',
    severity: 'HIGH',
    meaning: 'With a route out, one wrong group or one stolen login is enough to carry the data off.',
    byHand:
      'Delete routes of the database subnets to internet, NAT and egress-only gateways: `aws ec2 delete-route --route-table-id ID --destination-cidr-block 0.0.0.0/0`. Detach the internet gateway from a VPC that holds nothing but databases: `aws ec2 detach-internet-gateway --internet-gateway-id IGW --vpc-id VPC`.',
    standards: {
      'pci-4.0': ['1.4.4'],
    },
  },
  'BW.18': {
    title: 'Networks are joined only with those of known accounts, one route at a time',
    severity: 'HIGH',
    meaning: 'Whoever owns the other end decides who stands behind it, and routes that spread by themselves let them in.',
    byHand:
      'List peerings whose AccepterVpcInfo.OwnerId is not yours (`aws ec2 describe-vpc-peering-connections`) and delete those nobody can explain. Associate attachments of a transit gateway with tables of their own (`aws ec2 associate-transit-gateway-route-table`) and turn both defaults off with `aws ec2 modify-transit-gateway`.',
    standards: {
      'nist-800-53-r5': ['AC-4(21)'],
    },
  },
  'BW.19': {
    title: 'VPCs reach S3 and DynamoDB through gateway endpoints, and endpoint policies name who may use them',
    severity: 'MEDIUM',
    meaning:
      'Calls to AWS need a way to the internet, or an open endpoint carries data to a bucket of the intruder with the keys of the intruder.',
    byHand:
      'Create the endpoints: `aws ec2 create-vpc-endpoint --vpc-id VPC --service-name com.amazonaws.REGION.s3 --route-table-ids TABLES`, and the same for dynamodb. Then set a policy with aws:PrincipalOrgID and aws:ResourceOrgID: `aws ec2 modify-vpc-endpoint --vpc-endpoint-id ID --policy-document file://POLICY.json`.',
    standards: {
      'cis-7.0': ['6.8'],
    },
  },
  'BW.20': {
    title: 'Web ACLs log the requests that they stop, without the secrets of clients',
    severity: 'MEDIUM',
    meaning:
      'After an attack nobody can tell what was tried and what came through, or the log itself gives away the sessions of everybody.',
    byHand:
      'Turn it on: `aws wafv2 put-logging-configuration --logging-configuration file://LOGGING.json`, with the single headers authorization and cookie in RedactedFields. Where a LoggingFilter drops requests, let it keep those whose action is BLOCK.',
    standards: {
      'pci-4.0': ['10.2.1'],
    },
  },
  'BW.21': {
    title: 'Where Shield Advanced is used, public resources have protections with health checks and automatic response',
    severity: 'MEDIUM',
    meaning: 'The subscription is paid for while the resource that is attacked stands outside of it.',
    byHand:
      'Protect each resource: `aws shield create-protection --name NAME --resource-arn ARN`, then `aws shield associate-health-check --protection-id ID --health-check-arn ARN`. For load balancers and distributions run `aws shield enable-application-layer-automatic-response --resource-arn ARN --action Count={}`, and later with `Block={}`.',
    standards: {
      'nist-800-53-r5': ['SC-5(1)'],
    },
  },
  'BW.22': {
    title: 'Deployments do not write over addresses that are blocked at run time',
    severity: 'MEDIUM',
    meaning: 'A deployment turns a switch on, or blocks again who was set free.',
    byHand:
      'Leave Addresses empty in the template of each IP set that functions write to, and tag the set `bulwark:ip-set` with `dynamic` or `switch`. CloudFormation writes to the set whenever anything of it changes in the template, so change nothing else of it while addresses are blocked.',
    standards: {
      'nist-800-53-r5': ['IR-4(2)'],
    },
  },
  'BW.23': {
    title: 'Rules of web ACLs act, or only count until a date',
    severity: 'MEDIUM',
    meaning: 'A rule that was to count for a week still counts after years, and stops nothing.',
    byHand:
      'List what counts in `aws wafv2 get-web-acl --name NAME --scope REGIONAL --id ID`: Action and OverrideAction Count, RuleActionOverrides, ExcludedRules. Let it act, or tag the web ACL `bulwark:count-until` with `RULE=YYYY-MM-DD`.',
    standards: {
      'pci-4.0': ['6.4.2'],
    },
  },
  'BW.24': {
    title: 'Load balancers behind a distribution admit CloudFront alone',
    severity: 'MEDIUM',
    meaning: 'Who knows the address of the load balancer goes around the distribution and its web ACL.',
    byHand:
      'Make the load balancer internal and reach it as a VPC origin. Where it has to be public, admit the prefix list com.amazonaws.global.cloudfront.origin-facing in place of ranges (`aws ec2 authorize-security-group-ingress --group-id ID --ip-permissions file://RULE.json`) and check a secret header in the listener rule.',
    standards: {
      'nist-800-53-r5': ['SC-7'],
    },
  },
  'BW.25': {
    title: 'VPCs do not resolve names that serve attacks',
    severity: 'MEDIUM',
    meaning: 'Malware finds its command-and-control servers by name and carries data out in queries, though every other way out is closed.',
    byHand:
      "Associate a rule group with AWS's managed domain lists to each VPC: `aws route53resolver create-firewall-rule-group`, `create-firewall-rule` for each list, `associate-firewall-rule-group --vpc-id VPC`. Begin with ALERT where names may be blocked by mistake.",
    gap: {
      kind: 'planned',
      reason:
        'The VPCs of the layered network have DNS Firewall; a check of those that others make is to come in a later version.',
    },
    standards: {
      'nist-800-53-r5': ['SC-7(5)', 'SI-4'],
    },
  },
  'BW.26': {
    title: 'DNS queries of VPCs are recorded',
    severity: 'MEDIUM',
    meaning: 'After an intrusion nobody can tell which names were asked for, which is how most malware is found.',
    byHand:
      'Create a configuration and associate each VPC: `aws route53resolver create-resolver-query-log-config --destination-arn BUCKET_ARN`, then `associate-resolver-query-log-config --resource-id VPC`.',
    gap: {
      kind: 'planned',
      reason:
        'The VPCs of the layered network are recorded; a check of those that others make is to come in a later version.',
    },
    standards: {
      'nist-800-53-r5': ['AU-12', 'SI-4'],
    },
  },
  'BW.30': {
    title: 'Web traffic of one source is limited, and to less without a deployment when under attack',
    severity: 'MEDIUM',
    meaning:
      'A flood of ordinary requests takes the application down while somebody writes, reviews and deploys a rule against it.',
    byHand:
      "Put rate-based rules for each level of attack into the web ACL beforehand, each scoped to an IP set that is empty, and fill the set to turn the level on: `aws wafv2 update-ip-set --name NAME --scope REGIONAL --id ID --lock-token TOKEN --addresses 0.0.0.0/1 128.0.0.0/1`.",
    standards: {
      'nist-800-53-r5': ['SC-5(2)'],
    },
  },
});

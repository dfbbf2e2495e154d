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
    gap: {
      kind: 'planned',
      reason:
        'A later version is to bring a network with a route table for each tier and a check of peering routes at synthesis; this version sets up no routes.',
    },
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
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'IAM.1': {
    title: 'Customer managed policies do not grant every action on every resource',
    severity: 'HIGH',
    meaning: 'Whoever takes over one identity with such a policy owns the whole account.',
    byHand:
      'Replace the statement that allows `*` on `*` by the actions and resources really needed: `aws iam create-policy-version --policy-arn ARN --policy-document file://POLICY.json --set-as-default`. Give administrators a role through IAM Identity Center instead.',
    stockRules: ['AwsSolutions-IAM5', 'NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess'],
    standards: {
      'fsbp-1.0': ['IAM.1'],
      'cis-3.0': ['1.16'],
      'cis-5.0': ['1.15'],
      'cis-7.0': ['2.14'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(6)', 'AC-3', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)',
        'AC-3(15)', 'AC-4(28)', 'AC-5', 'AC-6', 'AC-6(2)', 'AC-6(3)', 'AC-6(10)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9',
        'MP-2', 'SC-23(3)', 'SC-25',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.308(a)(3)(ii)(B)', '164.308(a)(4)(i)', '164.308(a)(4)(ii)(B)',
        '164.308(a)(4)(ii)(C)', '164.312(a)(1)',
      ],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.18', 'A.8.2'],
      soc2: ['CC1.3', 'CC6.3'],
    },
  },
  'IAM.2': {
    title: 'Users get their permissions through groups, not from policies of their own',
    severity: 'LOW',
    meaning: 'Rights given to single users are easily overlooked and outlive the task they were given for.',
    byHand:
      'Move the permissions to a group or, better, a role: `aws iam add-user-to-group --group-name GROUP --user-name USER`, then `aws iam detach-user-policy --user-name USER --policy-arn ARN`, and delete the inline policies of the user.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's configuration rules report users with policies attached; the present one looks at the keys of users, not at their policies.",
    },
    stockRules: ['NIST.800.53.R5-IAMUserNoPolicies'],
    standards: {
      'fsbp-1.0': ['IAM.2'],
      'cis-3.0': ['1.15'],
      'cis-5.0': ['1.14'],
      'cis-7.0': ['2.13'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(6)', 'AC-3', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)',
        'AC-3(15)', 'AC-4(28)', 'AC-6', 'AC-6(3)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'MP-2', 'SC-23(3)',
      ],
      'pci-4.0': [
        '7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.1', '8.2.2', '8.2.4', '8.2.5', '8.2.7', '8.2.8',
        '8.3.4', '8.3.11',
      ],
      'iso27001-2022': ['A.5.15'],
      soc2: ['CC1.3'],
    },
  },
  'IAM.3': {
    title: 'Active access keys are at most 90 days old',
    severity: 'MEDIUM',
    meaning: 'A key that leaked from a laptop or repository long ago still opens the account.',
    byHand:
      'Create a second key, switch its users over, then turn off the old one and later delete it: `aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive`. Replace keys by roles where possible.',
    standards: {
      'fsbp-1.0': ['IAM.3'],
      'cis-3.0': ['1.14'],
      'cis-5.0': ['1.13'],
      'cis-7.0': ['2.12'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)', 'AC-24', 'CM-5(1)',
        'CM-6', 'CM-9', 'SC-23(3)',
      ],
      'pci-4.0': ['8.3.5', '8.3.7', '8.3.9', '8.3.10.1', '8.6.3'],
      hipaa: ['164.308(a)(3)(ii)(C)', '164.308(a)(4)(ii)(C)', '164.308(a)(5)(ii)(D)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'IAM.4': {
    title: 'The root user has no access key',
    severity: 'CRITICAL',
    meaning: 'Whoever holds such a key can do anything in the account, and no policy within the account limits it.',
    byHand:
      'Sign in as root and delete the key under Security credentials. For member accounts turn on central root access, `aws iam enable-organizations-root-credentials-management`, and let it remove the root credentials of the members.',
    gap: {
      kind: 'organization',
      reason:
        'Keeping root users of member accounts from acting belongs to organization policies, which this version does not deploy.',
    },
    standards: {
      'fsbp-1.0': ['IAM.4'],
      'cis-3.0': ['1.4'],
      'cis-5.0': ['1.3'],
      'cis-7.0': ['2.4'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-2(6)', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)',
        'AC-4(28)', 'AC-6', 'AC-6(2)', 'AC-6(10)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-2', 'IA-4', 'IA-4(4)',
        'IA-4(8)', 'IA-5(8)', 'MP-2', 'SC-23(3)', 'SC-25',
      ],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.3', '8.2.1', '8.2.2', '8.2.4', '8.2.5', '8.3.11'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.308(a)(3)(ii)(B)', '164.308(a)(4)(ii)(C)', '164.312(a)(2)(i)',
      ],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'IAM.5': {
    title: 'Users who can sign in to the console have MFA',
    severity: 'MEDIUM',
    meaning: 'A guessed or phished password alone is enough to sign in to the console.',
    byHand:
      'Have each user register a device under Security credentials, or take away a console password nobody needs: `aws iam delete-login-profile --user-name USER`. Better still, move people to IAM Identity Center.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's configuration rules report console users without MFA; only the user can register a device in any case.",
    },
    standards: {
      'fsbp-1.0': ['IAM.5'],
      'cis-3.0': ['1.10'],
      'cis-5.0': ['1.9'],
      'cis-7.0': ['2.10'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(2)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-7(4)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-2(1)', 'IA-2(2)', 'IA-2(6)', 'IA-2(8)', 'SC-23(3)',
      ],
      'pci-4.0': ['8.4.1', '8.4.2', '8.4.3'],
      hipaa: ['164.308(a)(3)(ii)(A)', '164.312(a)(1)', '164.312(d)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15', 'A.5.17', 'A.8.5'],
    },
  },
  'IAM.6': {
    title: 'The root user signs in with a hardware MFA device',
    severity: 'CRITICAL',
    meaning:
      'A phone with a virtual device can be infected or cloned, and with the password it gives away the whole account.',
    byHand:
      'Sign in as root, open Security credentials and register a hardware token or a FIDO2 security key, better two kept in separate places. In member accounts remove the root credentials by central root access instead.',
    gap: {
      kind: 'person',
      reason:
        'Only a person who holds the token and the root password can register it; no API does that for the root user.',
    },
    standards: {
      'fsbp-1.0': ['IAM.6'],
      'cis-3.0': ['1.6'],
      'cis-5.0': ['1.5'],
      'cis-7.0': ['2.6'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(2)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-7(4)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-2(1)', 'IA-2(2)', 'IA-2(6)', 'IA-2(8)', 'SC-23(3)',
      ],
      'pci-4.0': ['8.4.1', '8.4.2', '8.4.3'],
      hipaa: ['164.308(a)(3)(ii)(A)', '164.312(d)'],
      gdpr: ['Art. 25'],
    },
  },
  'IAM.7': {
    title: 'The password policy asks users for strong passwords',
    severity: 'MEDIUM',
    meaning: 'Users pick short and simple passwords that are guessed in little time.',
    byHand:
      'Set the whole policy in one call: `aws iam update-account-password-policy --minimum-password-length 14 --require-uppercase-characters --require-lowercase-characters --require-numbers --require-symbols --password-reuse-prevention 24 --max-password-age 90`.',
    gap: {
      kind: 'planned',
      reason: "A later version's account hardening sets the password policy; this one does not touch it.",
    },
    standards: {
      'fsbp-1.0': ['IAM.7'],
      'cis-3.0': ['1.8', '1.9'],
      'cis-5.0': ['1.7', '1.8'],
      'cis-7.0': ['2.8', '2.9'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(3)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-7(4)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'CM-12', 'IA-4', 'IA-5', 'IA-5(1)', 'IA-5(18)', 'IA-8(2)',
        'MA-4', 'SC-23(3)',
      ],
      'pci-4.0': ['8.3.6', '8.6.3'],
      hipaa: ['164.308(a)(4)(ii)(C)', '164.308(a)(5)(ii)(D)', '164.312(d)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'IAM.8': {
    title: 'Users keep no credentials that nobody uses',
    severity: 'MEDIUM',
    meaning: 'Forgotten keys and passwords of people who left or of dead jobs serve as a quiet way in.',
    byHand:
      'Look at last use in the credential report (`aws iam generate-credential-report`), then remove what is idle: `aws iam delete-login-profile --user-name USER` and `aws iam delete-access-key --user-name USER --access-key-id KEY`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version finds idle credentials and disables them after a notice; this version does not look for them.',
    },
    standards: {
      'fsbp-1.0': ['IAM.8'],
      'cis-3.0': ['1.12'],
      'cis-5.0': ['1.11'],
      'cis-7.0': ['2.11'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(3)', 'AC-2(6)', 'AC-3', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)',
        'AC-3(13)', 'AC-3(15)', 'AC-4(28)', 'AC-6', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'MP-2', 'SC-23(3)',
      ],
      'pci-4.0': ['7.2.4', '7.2.5.1', '8.2.6', 'A3.4.1'],
      hipaa: ['164.308(a)(3)(ii)(B)', '164.308(a)(4)(ii)(C)', '164.308(a)(5)(ii)(D)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
      soc2: ['CC1.3'],
    },
  },
  'IAM.9': {
    title: 'The root user signs in with MFA',
    severity: 'CRITICAL',
    meaning: 'A stolen root password alone gives full control over the account, its billing and its closure.',
    byHand:
      'Sign in as root, open Security credentials and assign an MFA device. For member accounts, central root access can remove the root password altogether, so that no device is needed.',
    gap: {
      kind: 'person',
      reason: 'A person has to sign in as root and register a device; no program can do that in their place.',
    },
    standards: {
      'cis-3.0': ['1.5'],
      'cis-5.0': ['1.4'],
      'cis-7.0': ['2.5'],
      'nist-800-53-r5': [
        'AC-2(1)', 'AC-3(2)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-7(4)', 'AC-24', 'CM-6', 'CM-9', 'IA-2(1)', 'IA-2(2)', 'IA-2(6)', 'IA-2(8)', 'SC-23(3)',
      ],
      'pci-4.0': ['8.4.1', '8.4.2', '8.4.3'],
      hipaa: ['164.308(a)(3)(ii)(A)', '164.312(d)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15', 'A.5.17', 'A.8.5'],
    },
  },
  'IAM.15': {
    title: 'Passwords of IAM users have at least 14 characters',
    severity: 'MEDIUM',
    meaning: 'Short passwords fall to guessing within hours once an attacker knows the user names.',
    byHand:
      'Raise the minimum and repeat all other options, as those left out fall back to their defaults: `aws iam update-account-password-policy --minimum-password-length 14 --require-uppercase-characters --require-lowercase-characters --require-numbers --require-symbols --password-reuse-prevention 24 --max-password-age 90`.',
    gap: {
      kind: 'planned',
      reason: "The minimum length is part of the password policy that a later version's account hardening sets.",
    },
    standards: {
      'cis-3.0': ['1.8'],
      'cis-5.0': ['1.7'],
      'cis-7.0': ['2.8'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(3)', 'AC-3(3)', 'AC-3(4)', 'AC-3(8)', 'AC-3(12)', 'AC-3(13)', 'AC-3(15)', 'AC-4(28)',
        'AC-7(4)', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'CM-12', 'IA-4', 'IA-5', 'IA-5(1)', 'IA-5(18)', 'IA-8(2)',
        'MA-4', 'SC-23(3)',
      ],
      hipaa: ['164.308(a)(5)(ii)(D)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'IAM.16': {
    title: 'Users cannot go back to one of their last 24 passwords',
    severity: 'LOW',
    meaning: 'After a forced change users return to an old password, which may already be for sale.',
    byHand:
      'Remember 24 passwords and repeat all other options, as those left out fall back to defaults: `aws iam update-account-password-policy --minimum-password-length 14 --require-uppercase-characters --require-lowercase-characters --require-numbers --require-symbols --password-reuse-prevention 24 --max-password-age 90`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening sets how many passwords are remembered; at present the account's own policy stays.",
    },
    standards: {
      'cis-3.0': ['1.9'],
      'cis-5.0': ['1.8'],
      'cis-7.0': ['2.9'],
      hipaa: ['164.308(a)(4)(ii)(C)', '164.308(a)(5)(ii)(D)', '164.312(d)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
    },
  },
  'IAM.18': {
    title: 'A role exists from which incidents are taken to AWS Support',
    severity: 'LOW',
    meaning:
      'In an incident nobody has the right to open a case with AWS, or people reach for an administrator role to do it.',
    byHand:
      'Create a role that the incident responders may assume and attach the managed policy: `aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSSupportAccess`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening creates a support role for the incident responders; this one creates no such role.",
    },
    standards: {
      'cis-3.0': ['1.17'],
      'cis-5.0': ['1.16'],
      'cis-7.0': ['2.15'],
      gdpr: ['Art. 25'],
    },
  },
  'IAM.21': {
    title: 'Customer policies name the actions they allow',
    severity: 'LOW',
    meaning: 'A wildcard such as `s3:*` lets a stolen identity delete and reconfigure where reading was all it needed.',
    byHand:
      'Replace each service wildcard by the actions used, which Access Analyzer can suggest from CloudTrail: `aws iam create-policy-version --policy-arn ARN --policy-document file://POLICY.json --set-as-default`.',
    stockRules: ['AwsSolutions-IAM5', 'NIST.800.53.R5-IAMPolicyNoStatementsWithFullAccess'],
    standards: {
      'fsbp-1.0': ['IAM.21'],
      'pci-4.0': ['7.2.5'],
    },
  },
  'IAM.22': {
    title: 'Credentials unused for 45 days are disabled',
    severity: 'MEDIUM',
    meaning: 'Each idle password or key can be stolen without its owner ever noticing.',
    byHand:
      'Turn off keys idle for 45 days and remove idle passwords: `aws iam update-access-key --user-name USER --access-key-id KEY --status Inactive` and `aws iam delete-login-profile --user-name USER`.',
    gap: {
      kind: 'planned',
      reason:
        'A later version disables credentials after 45 idle days, with a notice first; until then somebody has to read the credential report.',
    },
    standards: {
      'cis-3.0': ['1.12'],
      'cis-5.0': ['1.11'],
      'cis-7.0': ['2.11'],
      'nist-800-53-r5': [
        'AC-2', 'AC-2(1)', 'AC-2(3)', 'AC-2(6)', 'AC-3', 'AC-3(3)', 'AC-3(4)', 'AC-3(7)', 'AC-3(8)', 'AC-3(12)',
        'AC-3(13)', 'AC-3(15)', 'AC-4(28)', 'AC-6', 'AC-24', 'CM-5(1)', 'CM-6', 'CM-9', 'MP-2', 'SC-23(3)',
      ],
      'pci-4.0': ['7.2.4', '7.2.5.1', '8.2.6', 'A3.4.1'],
      hipaa: ['164.308(a)(3)(ii)(B)', '164.308(a)(4)(ii)(C)', '164.308(a)(5)(ii)(D)'],
      gdpr: ['Art. 25'],
      'iso27001-2022': ['A.5.15'],
      soc2: ['CC1.3'],
    },
  },
  'IAM.26': {
    title: 'No expired server certificates are left in IAM',
    severity: 'MEDIUM',
    meaning:
      'An expired certificate can be put on a load balancer by mistake, and clients then refuse to connect or learn to click warnings away.',
    byHand:
      'Find expired ones with `aws iam list-server-certificates`, make sure no listener uses them, then `aws iam delete-server-certificate --server-certificate-name NAME`. Use ACM for new certificates.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's configuration rules report expired certificates in IAM; this one does not look at them.",
    },
    standards: {
      'cis-3.0': ['1.19'],
      'cis-5.0': ['1.18'],
      'cis-7.0': ['2.17'],
    },
  },
  'IAM.27': {
    title: 'No identity holds the policy AWSCloudShellFullAccess',
    severity: 'MEDIUM',
    meaning:
      'CloudShell with upload and download allowed is an easy way to carry data out, past the controls on laptops.',
    byHand:
      'Detach it and grant CloudShell without file transfer where needed: `aws iam detach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSCloudShellFullAccess`. Do the same for users and groups.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's configuration rules report identities with this policy; the present version deploys no rule for it.",
    },
    standards: {
      'cis-3.0': ['1.22'],
      'cis-5.0': ['1.21'],
      'cis-7.0': ['2.20'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.3', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'IAM.28': {
    title: 'An external access analyzer runs in every Region in use',
    severity: 'HIGH',
    meaning: 'A bucket, key or role opened to strangers stays open, as nobody is told about it.',
    byHand:
      'Create one per Region: `aws accessanalyzer create-analyzer --analyzer-name NAME --type ACCOUNT`. In an organization, type ORGANIZATION from the delegated administrator covers all members of that Region.',
    gap: {
      kind: 'planned',
      reason:
        'A later version creates an analyzer for external access in every Region it is deployed to; this one creates none.',
    },
    standards: {
      'cis-3.0': ['1.20'],
      'cis-5.0': ['1.19'],
      'cis-7.0': ['2.18'],
      'iso27001-2022': ['A.8.3'],
    },
  },
});

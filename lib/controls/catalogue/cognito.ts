import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Cognito.2': {
    title: 'Identity pools give no AWS credentials to guests',
    severity: 'MEDIUM',
    meaning: 'Anyone on the internet who knows the pool id gets AWS credentials of the guest role without signing in.',
    byHand:
      'Deactivate guest access: `aws cognito-identity update-identity-pool --identity-pool-id ID --identity-pool-name NAME --no-allow-unauthenticated-identities`. Pass the identity providers and tags of the pool in the same call, since Cognito resets what is left out.',
    gap: {
      kind: 'workload',
      reason:
        'Some applications serve visitors who have not signed in; the owner of the application decides whether that is needed and how little the guest role may do.',
    },
    stockRules: ['AwsSolutions-COG7'],
    standards: {
      'fsbp-1.0': ['Cognito.2'],
    },
  },
  'Cognito.3': {
    title: 'User pools demand strong passwords',
    severity: 'MEDIUM',
    meaning: 'Users pick short or simple passwords that an attacker guesses or finds in lists of leaked ones.',
    byHand:
      'In the password policy of the user pool ask for 8 or more characters with upper and lower case, numbers and symbols, and let temporary passwords expire within 7 days. With `aws cognito-idp update-user-pool` pass all other settings of the pool too, since it resets those left out.',
    gap: {
      kind: 'workload',
      reason:
        'The password rules face the customers of the application; its owner decides on them together with those who care for sign-in.',
    },
    stockRules: ['AwsSolutions-COG1'],
    standards: {
      'fsbp-1.0': ['Cognito.3'],
    },
  },
  'Cognito.4': {
    title: 'User pools act on risky sign-ins of custom authentication flows',
    severity: 'MEDIUM',
    meaning:
      'Stolen passwords and odd sign-ins through custom challenges are noted at most, and the attacker gets in all the same.',
    byHand:
      'Move the pool to the Plus plan and, under Threat protection, set custom authentication to full function (UserPoolAddOns: AdvancedSecurityAdditionalFlows, CustomAuthMode ENFORCED). With `aws cognito-idp update-user-pool` pass all other settings too, since it resets those left out.',
    gap: {
      kind: 'workload',
      reason:
        'The Plus plan is paid for per active user and may block real users; the owner of the user pool weighs that against account takeover.',
    },
    standards: {
      'fsbp-1.0': ['Cognito.4'],
    },
  },
  'Cognito.5': {
    title: 'User pools require a second factor at sign-in',
    severity: 'MEDIUM',
    meaning: 'A guessed or phished password alone is enough to take over the account of a user.',
    byHand:
      'Run `aws cognito-idp set-user-pool-mfa-config --user-pool-id ID --software-token-mfa-configuration Enabled=true --mfa-configuration ON`. Tell the users before, because each of them has to enroll at the next sign-in.',
    gap: {
      kind: 'workload',
      reason:
        'A second factor changes how customers sign in; the owner of the application decides whether to require it and which factors to offer.',
    },
    stockRules: ['AwsSolutions-COG2'],
    standards: {
      'fsbp-1.0': ['Cognito.5'],
    },
  },
  'Cognito.6': {
    title: 'User pools cannot be deleted by accident',
    severity: 'MEDIUM',
    meaning:
      'One wrong call or stack deletion wipes out every user account of the application, and Cognito has no restore.',
    byHand:
      'Activate deletion protection of the user pool in the console or with `aws cognito-idp update-user-pool --user-pool-id ID --deletion-protection ACTIVE`. Pass all other settings of the pool in that call, since it resets those left out.',
    gap: {
      kind: 'workload',
      reason:
        'A test pool is meant to be thrown away while a production pool is not; the owner of the pool says which one it is.',
    },
    standards: {
      'fsbp-1.0': ['Cognito.6'],
    },
  },
});

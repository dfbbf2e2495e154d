import type { Gap } from './control';

/** Where in the course of an attack the matrix puts a technique. Its order is its own: ATT&CK keeps collection and exfiltration apart. */
export type Tactic =
  | 'Initial access'
  | 'Execution'
  | 'Persistence'
  | 'Privilege escalation'
  | 'Defense evasion'
  | 'Credential access'
  | 'Discovery'
  | 'Lateral movement'
  | 'Impact';

/** A way in which cloud servers are attacked. */
export interface TechniqueDefinition {
  readonly tactic: Tactic;
  /** What the attacker does. */
  readonly title: string;
  /** Techniques of MITRE ATT&CK for enterprises that it stands for; the assignment is ours. */
  readonly attack: readonly [string, ...string[]];
  /** What it leads to, as a sentence. */
  readonly meaning: string;
  /** What a person does against it, as a sentence. */
  readonly byHand: string;
  /** Why nothing of ours answers it; stands where, and only where, nothing names it. */
  readonly gap?: Gap;
}

/**
 * The attack matrix: 42 techniques against cloud servers, in the order of an attack. Rules, remediations, alarms and constructs say
 * which of them they answer.
 */
export const TECHNIQUES = {
  AM01: {
    tactic: 'Initial access',
    title: 'An access key of the account leaks',
    attack: ['T1078.004', 'T1552.001'],
    meaning: 'Whoever finds the key acts with all the rights of its owner, from anywhere.',
    byHand:
      'Deactivate the key (`aws iam update-access-key --status Inactive`), read what it did in the trail, then replace it by a role.',
  },
  AM02: {
    tactic: 'Initial access',
    title: 'Somebody signs in to the console with stolen or guessed credentials',
    attack: ['T1078.004', 'T1110'],
    meaning: 'A person with a session looks like the owner to every service.',
    byHand: 'Reset the password, deny the sessions that exist, and ask for a second factor.',
  },
  AM03: {
    tactic: 'Initial access',
    title: 'Login data of an instance leaks',
    attack: ['T1078'],
    meaning: 'A password or key pair opens the machine and whatever role it carries.',
    byHand: 'Close ports 22 and 3389, reach instances through Session Manager, and isolate the one concerned.',
  },
  AM04: {
    tactic: 'Initial access',
    title: 'A console session is taken over',
    attack: ['T1539'],
    meaning: 'A stolen cookie needs neither password nor second factor.',
    byHand:
      'Deny the sessions of the identity before now, shorten sessions, and bind administrators to known networks.',
  },
  AM05: {
    tactic: 'Initial access',
    title: 'Phishing',
    attack: ['T1566'],
    meaning: 'A person hands over credentials, or a machine loads what a mail links to.',
    byHand: 'Reset what was given away, block the domain, and use factors that cannot be phished.',
  },
  AM06: {
    tactic: 'Initial access',
    title: 'A flaw of an application lets somebody in',
    attack: ['T1190'],
    meaning: 'Code of the attacker runs with the rights of the application.',
    byHand: 'Block the request in the web firewall, isolate the host, and patch.',
  },
  AM07: {
    tactic: 'Initial access',
    title: 'An image that is used is malicious or has known flaws',
    attack: ['T1195.002', 'T1204.003'],
    meaning: 'Every instance of the image starts compromised.',
    byHand: 'Stop launches of the image, make it private, and rebuild from a known source.',
    gap: {
      kind: 'planned',
      reason:
        'Lists of allowed images and the scanning of images come in later versions; this one does not look at images.',
    },
  },
  AM08: {
    tactic: 'Initial access',
    title: 'The metadata service gives away credentials',
    attack: ['T1552.005'],
    meaning: 'A request that the server can be made to send returns the credentials of its role.',
    byHand: 'Require IMDSv2 with a hop limit of 1, and deny the sessions of the role before now.',
  },
  AM09: {
    tactic: 'Execution',
    title: 'A session on an instance is opened through the console',
    attack: ['T1651', 'T1021.008'],
    meaning: 'Whoever may start sessions runs commands on the machine without its password.',
    byHand: 'End the session (`aws ssm terminate-session`), and limit `ssm:StartSession` by tags.',
    gap: {
      kind: 'planned',
      reason: 'Logs and alarms of sessions come with the management tier; this version has neither.',
    },
  },
  AM10: {
    tactic: 'Execution',
    title: 'Commands are planted in user data',
    attack: ['T1059'],
    meaning: 'A stopped instance runs the new user data as root at its next start.',
    byHand: 'Compare user data with the template, and deny `ec2:ModifyInstanceAttribute` for it.',
  },
  AM11: {
    tactic: 'Execution',
    title: 'A backdoor file is run',
    attack: ['T1204.002'],
    meaning: 'The attacker has a program of their own on the machine.',
    byHand: 'Isolate the instance, take a snapshot, and rebuild from the image.',
  },
  AM12: {
    tactic: 'Execution',
    title: 'Commands run through an application',
    attack: ['T1190'],
    meaning: 'A shell behind a web form does what the role of the application may do.',
    byHand: 'Isolate the host, and block the request in the web firewall.',
  },
  AM13: {
    tactic: 'Execution',
    title: 'Commands run through SSH',
    attack: ['T1021.004'],
    meaning: 'A port that is open to the public is tried within minutes.',
    byHand: 'Revoke the rule, and use Session Manager.',
  },
  AM14: {
    tactic: 'Execution',
    title: 'A flaw lets remote code run',
    attack: ['T1190', 'T1203'],
    meaning: 'A published exploit is tried on every address within hours.',
    byHand: 'Block the pattern in the web firewall, isolate, and patch.',
  },
  AM15: {
    tactic: 'Execution',
    title: 'Calls of the cloud API with stolen rights',
    attack: ['T1059.009'],
    meaning: 'The API does everything the console does, faster, and from anywhere.',
    byHand: 'Deny the sessions of the identity, and narrow its policies to what the trail shows it needs.',
  },
  AM16: {
    tactic: 'Persistence',
    title: 'Remote-control software phones home',
    attack: ['T1219'],
    meaning: 'The attacker comes back whenever they like.',
    byHand: 'Isolate the instance, and let the tier reach only the addresses it needs.',
  },
  AM17: {
    tactic: 'Persistence',
    title: 'A backdoor in user data',
    attack: ['T1037'],
    meaning: 'It comes back with every start of the instance.',
    byHand: 'Rebuild from the image, and compare user data with the template.',
  },
  AM18: {
    tactic: 'Persistence',
    title: 'A backdoor in a function',
    attack: ['T1546', 'T1648'],
    meaning: 'The code of the attacker runs with the role of the function at each call.',
    byHand: 'Set its reserved concurrency to 0, compare the code with the pipeline, and restore the version before.',
  },
  AM19: {
    tactic: 'Persistence',
    title: 'A backdoor image in a registry',
    attack: ['T1525'],
    meaning: 'The next deployment brings the attacker in.',
    byHand: 'Deny pulls of the tag, make tags immutable, and push the image anew from the pipeline.',
    gap: { kind: 'planned', reason: 'Checks of image repositories come with the checks of workloads.' },
  },
  AM20: {
    tactic: 'Persistence',
    title: 'An extra access key for a user',
    attack: ['T1098.001'],
    meaning: 'The attacker keeps a way in after the password was changed.',
    byHand: 'Delete the key, and ask who made it.',
  },
  AM21: {
    tactic: 'Persistence',
    title: 'An extra user',
    attack: ['T1136.003'],
    meaning: 'A second account survives the cleaning of the first.',
    byHand: 'Delete its login profile and keys, and deny `iam:CreateUser` for all but the break-glass role.',
    gap: {
      kind: 'planned',
      reason: 'Alarms on new users come with the alarms, and their prevention with policies of the organization.',
    },
  },
  AM22: {
    tactic: 'Privilege escalation',
    title: 'Rights are widened through access management',
    attack: ['T1098.003'],
    meaning: 'One attached policy turns a small foothold into the whole account.',
    byHand: 'Detach the policy, and bind roles that may write policies to a permission boundary.',
  },
  AM23: {
    tactic: 'Privilege escalation',
    title: 'A flaw of an application gives more rights',
    attack: ['T1068'],
    meaning: 'A process breaks out of its user or container.',
    byHand: 'Isolate the host, patch, and run without root.',
    gap: {
      kind: 'workload',
      reason:
        'Patching hosts and running without root is up to the owner of the workload; watching processes needs agents on the host.',
    },
  },
  AM24: {
    tactic: 'Privilege escalation',
    title: 'A role with high privileges is created',
    attack: ['T1098.003'],
    meaning: 'A new administrator role is easy to overlook among hundreds.',
    byHand: 'Detach its policies, keep a record, and delete it.',
  },
  AM25: {
    tactic: 'Defense evasion',
    title: 'Monitoring is switched off',
    attack: ['T1562.001'],
    meaning: 'What happens from then on is not seen.',
    byHand: 'Switch it on again, and find out who did it and what they did meanwhile.',
  },
  AM26: {
    tactic: 'Defense evasion',
    title: 'Attacks where nobody looks',
    attack: ['T1535'],
    meaning: 'A Region that is not used is not watched either.',
    byHand: 'Switch on GuardDuty in every Region, and deny Regions that are not used.',
  },
  AM27: {
    tactic: 'Defense evasion',
    title: 'Logs are switched off',
    attack: ['T1562.008'],
    meaning: 'There is no record of what comes next.',
    byHand: 'Start the trail again, and look at the time between.',
  },
  AM28: {
    tactic: 'Credential access',
    title: 'Login data is read from instances',
    attack: ['T1003', 'T1552.001'],
    meaning: 'One machine opens the next.',
    byHand: 'Change what was stored there, and keep secrets in Secrets Manager.',
    gap: {
      kind: 'workload',
      reason:
        'What is stored on a machine is up to the owner of the workload; watching files needs agents on the host.',
    },
  },
  AM29: {
    tactic: 'Credential access',
    title: 'Credentials of a role are read from the metadata service',
    attack: ['T1552.005'],
    meaning: 'The credentials work from anywhere until they expire.',
    byHand: 'Deny the sessions of the role before now, and require IMDSv2.',
  },
  AM30: {
    tactic: 'Credential access',
    title: 'Credentials stand in configuration files',
    attack: ['T1552.001'],
    meaning: 'Whoever reads the bucket or the repository has them.',
    byHand: 'Change them, and let Secrets Manager hand them out.',
    gap: {
      kind: 'planned',
      reason:
        'Searching data for credentials comes with Macie and a check of templates, which this version does not have.',
    },
  },
  AM31: {
    tactic: 'Credential access',
    title: 'Stored credentials of services are fetched',
    attack: ['T1555.006'],
    meaning: 'One call returns the password of a database.',
    byHand: 'Change the secret, and let only its user read it and its key.',
  },
  AM32: {
    tactic: 'Credential access',
    title: 'Data of user accounts leaks',
    attack: ['T1213'],
    meaning: 'Customers have to be told, and their passwords are tried elsewhere.',
    byHand: 'Close the way out, find out what was read in the data events, and tell who has to know.',
  },
  AM33: {
    tactic: 'Discovery',
    title: 'Cloud resources are listed',
    attack: ['T1580', 'T1526'],
    meaning: 'The attacker learns what is worth taking.',
    byHand: 'Deny the sessions of the identity, and narrow its rights to list.',
  },
  AM34: {
    tactic: 'Discovery',
    title: 'The network is scanned',
    attack: ['T1046'],
    meaning: 'Open ports are found and then tried.',
    byHand: 'Block the source, and close what need not be open.',
  },
  AM35: {
    tactic: 'Lateral movement',
    title: 'Passwords of instances are tried from inside',
    attack: ['T1110'],
    meaning: 'One compromised machine opens its neighbors.',
    byHand: 'Isolate the machine, and switch off logins by password.',
  },
  AM36: {
    tactic: 'Lateral movement',
    title: 'From account to account through the console',
    attack: ['T1021.007'],
    meaning: 'A role that trusts another account is a door.',
    byHand: 'Deny the sessions, and narrow the trust policy.',
    gap: { kind: 'planned', reason: 'Checks of trust policies and alarms on chains of roles come in later versions.' },
  },
  AM37: {
    tactic: 'Lateral movement',
    title: 'Stolen credentials of a role are used elsewhere',
    attack: ['T1550.001'],
    meaning: 'They pass for the machine they were made for.',
    byHand: 'Deny the sessions of the role before now, and bind it to its VPC (`aws:SourceVpc`).',
  },
  AM38: {
    tactic: 'Impact',
    title: 'Source code is stolen',
    attack: ['T1213.003'],
    meaning: 'It shows secrets, flaws and how the business works.',
    byHand: 'Deny the sessions, change every secret in the code, and narrow who may clone.',
    gap: {
      kind: 'workload',
      reason:
        'Where code lives and who may read it is up to its owner; the data events of S3 record what is read there.',
    },
  },
  AM39: {
    tactic: 'Impact',
    title: 'Data of users is stolen',
    attack: ['T1530', 'T1537'],
    meaning: 'A public bucket or a shared snapshot is copied without a trace in the account.',
    byHand: 'Close it, find out in the data events what was read, and tell who has to know.',
  },
  AM40: {
    tactic: 'Impact',
    title: 'Files are destroyed',
    attack: ['T1485'],
    meaning: 'What has no second version is gone.',
    byHand: 'Restore from versions or backups, and lock what is left.',
  },
  AM41: {
    tactic: 'Impact',
    title: 'A backdoor is left behind',
    attack: ['T1505'],
    meaning: 'The attacker returns after the cleaning.',
    byHand: 'Rebuild from a known source instead of cleaning.',
  },
  AM42: {
    tactic: 'Impact',
    title: 'Data is encrypted for ransom',
    attack: ['T1486'],
    meaning: 'What was readable needs the key of the attacker.',
    byHand: 'Isolate, deny the key, and restore from versions or locked backups.',
  },
} as const satisfies Record<string, TechniqueDefinition>;

export type TechniqueId = keyof typeof TECHNIQUES;

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'DMS.1': {
    title: 'Replication instances have no public address',
    severity: 'CRITICAL',
    meaning: 'A machine with logins to the source and target databases can be attacked from the internet.',
    byHand:
      'It can only be set at creation: make a new instance with `aws dms create-replication-instance` and `--no-publicly-accessible`. Move the tasks with `aws dms move-replication-task --replication-task-arn ARN --target-replication-instance-arn NEW_ARN` and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'How a migration reaches databases outside of AWS, over the internet or a private link, is for the team that runs the migration to decide.',
    },
    stockRules: ['NIST.800.53.R5-DMSReplicationNotPublic'],
    standards: {
      'fsbp-1.0': ['DMS.1'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'DMS.6': {
    title: 'Replication instances take minor engine upgrades by themselves',
    severity: 'MEDIUM',
    meaning: 'Fixes for known flaws in the replication engine wait until somebody remembers to install them.',
    byHand:
      'Run `aws dms modify-replication-instance --replication-instance-arn ARN --auto-minor-version-upgrade`. Choose a maintenance window in which tasks may pause.',
    gap: {
      kind: 'workload',
      reason: 'An upgrade can interrupt a running migration; the team that runs it decides on the maintenance window.',
    },
    standards: {
      'fsbp-1.0': ['DMS.6'],
    },
  },
  'DMS.7': {
    title: 'Replication tasks log what they do on the target database',
    severity: 'MEDIUM',
    meaning:
      'Rows that fail to load or apply on the target vanish without a trace, and the copy is silently incomplete.',
    byHand:
      'Stop the task and set EnableLogging to true with TARGET_LOAD and TARGET_APPLY at LOGGER_SEVERITY_DEFAULT or finer: `aws dms modify-replication-task --replication-task-arn ARN --replication-task-settings file://SETTINGS.json`. Then resume it.',
    gap: {
      kind: 'workload',
      reason:
        'Log settings belong to each replication task and the task must be stopped to change them; the owner of the migration picks the moment.',
    },
    standards: {
      'fsbp-1.0': ['DMS.7'],
    },
  },
  'DMS.8': {
    title: 'Replication tasks log what they read from the source database',
    severity: 'MEDIUM',
    meaning: 'When changes are missed while reading the source, nobody can find out which ones and why.',
    byHand:
      'Stop the task and set EnableLogging to true with SOURCE_UNLOAD and SOURCE_CAPTURE at LOGGER_SEVERITY_DEFAULT or finer: `aws dms modify-replication-task --replication-task-arn ARN --replication-task-settings file://SETTINGS.json`. Then resume it.',
    gap: {
      kind: 'workload',
      reason:
        'How much to log about reading the source depends on the task and its volume; the owner of the migration sets it.',
    },
    standards: {
      'fsbp-1.0': ['DMS.8'],
    },
  },
  'DMS.9': {
    title: 'Migration endpoints connect to their databases over TLS',
    severity: 'MEDIUM',
    meaning: 'Logins and rows cross the network in clear text, and anyone on the path can read or change them.',
    byHand:
      'Stop the tasks that use the endpoint, then run `aws dms modify-endpoint --endpoint-arn ARN --ssl-mode verify-full --certificate-arn CERT_ARN`. Use verify-ca or require where the engine offers no more.',
    gap: {
      kind: 'workload',
      reason:
        'Which TLS mode works depends on the engine and on the certificate of the database; its administrator has to supply both.',
    },
    standards: {
      'fsbp-1.0': ['DMS.9'],
      'pci-4.0': ['2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
    },
  },
  'DMS.10': {
    title: 'Migration endpoints for Neptune sign in with IAM',
    severity: 'MEDIUM',
    meaning:
      'Loading into the graph is not tied to an IAM role, so anyone who reaches the database port can write to it.',
    byHand:
      'Turn on IAM authentication on the Neptune cluster, then run `aws dms modify-endpoint --endpoint-arn ARN --neptune-settings ServiceAccessRoleArn=ROLE_ARN,S3BucketName=BUCKET,S3BucketFolder=FOLDER,IamAuthEnabled=true`.',
    gap: {
      kind: 'workload',
      reason:
        'The Neptune cluster and all its clients have to use IAM sign-in first; the owner of the graph decides when to switch.',
    },
    standards: {
      'fsbp-1.0': ['DMS.10'],
    },
  },
  'DMS.11': {
    title: 'Migration endpoints for MongoDB sign in with a password',
    severity: 'MEDIUM',
    meaning:
      'The endpoint works only with a database that lets everybody in, so anyone with network access can read it.',
    byHand:
      'Enable authentication on the MongoDB server, then run `aws dms modify-endpoint --endpoint-arn ARN --mongo-db-settings AuthType=password,AuthMechanism=scram_sha_1,SecretsManagerSecretId=SECRET_ARN,SecretsManagerAccessRoleArn=ROLE_ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'The MongoDB server must have users and authentication turned on; its administrator creates a user for the migration.',
    },
    standards: {
      'fsbp-1.0': ['DMS.11'],
    },
  },
  'DMS.12': {
    title: 'Migration endpoints for Redis connect over TLS',
    severity: 'MEDIUM',
    meaning: 'Keys, values and the Redis password travel in clear text and can be read or changed on the way.',
    byHand:
      'Run `aws dms modify-endpoint --endpoint-arn ARN --redis-settings ServerName=HOST,Port=PORT,SslSecurityProtocol=ssl-encryption`. The Redis server must accept TLS on that port.',
    gap: {
      kind: 'workload',
      reason:
        'The Redis server has to offer TLS before the endpoint can use it; the owner of the cache turns it on there.',
    },
    standards: {
      'fsbp-1.0': ['DMS.12'],
    },
  },
  'DMS.13': {
    title: 'Replication instances have a standby in a second zone',
    severity: 'MEDIUM',
    meaning: 'When one zone fails the replication stops, and a long-running migration may have to start over.',
    byHand: 'Run `aws dms modify-replication-instance --replication-instance-arn ARN --multi-az --apply-immediately`.',
    gap: {
      kind: 'workload',
      reason:
        'A standby about doubles the price; the team that runs the migration decides whether its replication must survive the loss of a zone.',
    },
    standards: {
      'fsbp-1.0': ['DMS.13'],
    },
  },
});

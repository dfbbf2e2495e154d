import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'RedshiftServerless.1': {
    title: 'Redshift Serverless workgroups move data through their VPC',
    severity: 'HIGH',
    meaning:
      'Loads and unloads take a path outside the VPC, where its endpoint policies and flow logs do not see them.',
    byHand:
      'Turn enhanced VPC routing on: `aws redshift-serverless update-workgroup --workgroup-name NAME --enhanced-vpc-routing`. Give the VPC an S3 endpoint first or loads will fail.',
    gap: {
      kind: 'workload',
      reason:
        'Data sources of a workgroup must be reachable from its subnets; the team that owns it has to see to that before the change.',
    },
    standards: {
      'fsbp-1.0': ['RedshiftServerless.1'],
    },
  },
  'RedshiftServerless.2': {
    title: 'Redshift Serverless workgroups accept only TLS connections',
    severity: 'MEDIUM',
    meaning: 'A client set up without TLS sends its queries and reads its results in the clear.',
    byHand:
      'Require TLS: `aws redshift-serverless update-workgroup --workgroup-name NAME --config-parameters parameterKey=require_ssl,parameterValue=true`.',
    gap: {
      kind: 'workload',
      reason:
        'The people who query the workgroup must have their drivers on TLS; its owner checks that and sets the parameter.',
    },
    standards: {
      'fsbp-1.0': ['RedshiftServerless.2'],
    },
  },
  'RedshiftServerless.3': {
    title: 'Redshift Serverless workgroups have no public address',
    severity: 'HIGH',
    meaning: 'Anyone on the internet whom the security group lets in can try passwords against the warehouse.',
    byHand:
      'Turn public access off: `aws redshift-serverless update-workgroup --workgroup-name NAME --no-publicly-accessible`. Outside tools then need a VPN or a VPC endpoint.',
    gap: {
      kind: 'workload',
      reason:
        'Whether an outside tool needs the public endpoint is known to the owner of the workgroup, who gives it another way.',
    },
    standards: {
      'fsbp-1.0': ['RedshiftServerless.3'],
    },
  },
  'RedshiftServerless.5': {
    title: 'Redshift Serverless namespaces have an administrator name of their own',
    severity: 'MEDIUM',
    meaning: 'The name admin is the first that anyone tries, so guessing a password is all that is left.',
    byHand:
      'Set name and password together: `aws redshift-serverless update-namespace --namespace-name NAME --admin-username ADMIN --admin-user-password file://PASSWORD_FILE`. Keep the password in Secrets Manager and delete the file.',
    gap: {
      kind: 'workload',
      reason:
        'Scripts and schedules may log in as admin; the team that owns the namespace changes them along with the name.',
    },
    standards: {
      'fsbp-1.0': ['RedshiftServerless.5'],
    },
  },
  'RedshiftServerless.6': {
    title: 'Redshift Serverless namespaces send their logs to CloudWatch Logs',
    severity: 'MEDIUM',
    meaning:
      'Logins and changes of database users leave no record outside the database, so misuse cannot be followed up.',
    byHand:
      'Export at least two logs: `aws redshift-serverless update-namespace --namespace-name NAME --log-exports connectionlog userlog`. Add useractivitylog to record queries.',
    gap: {
      kind: 'workload',
      reason:
        'Whether the text of queries may be logged, and for how long, is decided by the owner of the data in the namespace.',
    },
    standards: {
      'fsbp-1.0': ['RedshiftServerless.6'],
    },
  },
});

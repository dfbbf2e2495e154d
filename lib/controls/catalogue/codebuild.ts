import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'CodeBuild.1': {
    title: 'Build projects reach Bitbucket through a connection, not through a password in the URL',
    severity: 'CRITICAL',
    meaning:
      'Everyone who may view the project reads the Bitbucket login or token in its URL and can change the source code with it.',
    byHand:
      "Put the plain URL in and use a connection: `aws codebuild update-project --name NAME --source 'type=BITBUCKET,location=URL,auth={type=CODECONNECTIONS,resource=CONNECTION_ARN}'`. Keep the other source settings in that call and revoke the old password or token in Bitbucket.",
    gap: {
      kind: 'workload',
      reason:
        'How a build project reaches its repository is set where the project is defined; the team that owns the pipeline has to move it to a connection.',
    },
    stockRules: ['HIPAA.Security-CodeBuildProjectSourceRepoUrl', 'PCI.DSS.321-CodeBuildProjectSourceRepoUrl'],
    standards: {
      'fsbp-1.0': ['CodeBuild.1'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', 'A1.1.3'],
    },
  },
  'CodeBuild.2': {
    title: 'Build projects hold no AWS access keys in plain environment variables',
    severity: 'CRITICAL',
    meaning:
      'Access keys stand readable in the project settings and often in build logs, so any viewer can act with the rights of their user.',
    byHand:
      'Remove AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY from the project and grant the rights to its service role, or keep other secrets as variables of type SECRETS_MANAGER. Then delete the exposed key: `aws iam delete-access-key --user-name USER --access-key-id KEY_ID`.',
    gap: {
      kind: 'workload',
      reason:
        'Which rights a build needs is known to the team that owns the project; it has to give them to the service role instead of a key.',
    },
    stockRules: ['HIPAA.Security-CodeBuildProjectEnvVarAwsCred', 'PCI.DSS.321-CodeBuildProjectEnvVarAwsCred'],
    standards: {
      'fsbp-1.0': ['CodeBuild.2'],
      'pci-4.0': ['3.5.1', '7.2.1', '7.2.2', '7.2.3', '8.2.2', '8.3.2'],
    },
  },
  'CodeBuild.3': {
    title: 'Build logs in S3 are encrypted',
    severity: 'LOW',
    meaning:
      'Build output, which may quote secrets and internal names, is stored without the encryption that key rights could guard.',
    byHand:
      "Set encryptionDisabled to false: `aws codebuild update-project --name NAME --logs-config 's3Logs={status=ENABLED,location=BUCKET/PREFIX,encryptionDisabled=false}'`. Repeat the cloudWatchLogs part in the same call if the project has one.",
    gap: {
      kind: 'workload',
      reason:
        'Whether and where a project writes logs to S3 is chosen per project; the owner of the build drops the setting that turns encryption off.',
    },
    standards: {
      'fsbp-1.0': ['CodeBuild.3'],
    },
  },
  'CodeBuild.4': {
    title: 'Build projects write their logs to CloudWatch Logs or S3',
    severity: 'MEDIUM',
    meaning: 'After a tampered or failed build nobody can tell which commands ran and what they printed.',
    byHand:
      "Turn on at least one log target: `aws codebuild update-project --name NAME --logs-config 'cloudWatchLogs={status=ENABLED,groupName=GROUP}'`. Repeat the s3Logs part in the same call if the project has one.",
    gap: {
      kind: 'workload',
      reason: 'The owner of each build project picks CloudWatch Logs or S3 for its output and how long to keep it.',
    },
    standards: {
      'fsbp-1.0': ['CodeBuild.4'],
    },
  },
  'CodeBuild.7': {
    title: 'Exported test reports of builds are encrypted',
    severity: 'MEDIUM',
    meaning:
      'Raw test results land in a bucket unencrypted, and whoever reads the bucket learns about weak spots and test data.',
    byHand:
      "Set the export of the report group: `aws codebuild update-report-group --arn ARN --export-config 'exportConfigType=S3,s3Destination={bucket=BUCKET,encryptionDisabled=false,encryptionKey=KEY_ARN}'`. Repeat path, packaging and bucketOwner if they are set.",
    gap: {
      kind: 'workload',
      reason:
        'Exporting test reports is an option of a report group; the team that exports them chooses the bucket and the key.',
    },
    standards: {
      'fsbp-1.0': ['CodeBuild.7'],
    },
  },
});

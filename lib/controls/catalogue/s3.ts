import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'S3.1': {
    title: 'Accounts block all public access to their buckets',
    severity: 'MEDIUM',
    meaning: 'A single careless policy or ACL on any bucket of the account can open its data to everybody.',
    byHand:
      'Turn all four settings on: `aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    standards: {
      'fsbp-1.0': ['S3.1'],
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'S3.2': {
    title: 'Buckets cannot be read by the public',
    severity: 'CRITICAL',
    meaning: 'Anyone on the internet can list or download what the bucket holds.',
    byHand:
      'Remove grants to everyone from the bucket policy and ACL, then block them: `aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    stockRules: ['NIST.800.53.R5-S3BucketPublicReadProhibited'],
    standards: {
      'fsbp-1.0': ['S3.2'],
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'S3.3': {
    title: 'Buckets cannot be written by the public',
    severity: 'CRITICAL',
    meaning: 'Strangers can replace or delete objects, plant malware or run up storage cost.',
    byHand:
      'Remove write grants to everyone from the bucket policy and ACL, then block them: `aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    stockRules: ['NIST.800.53.R5-S3BucketPublicWriteProhibited'],
    standards: {
      'fsbp-1.0': ['S3.3'],
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['2.21', '3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'S3.5': {
    title: 'Buckets deny requests over plain HTTP',
    severity: 'MEDIUM',
    meaning: 'Objects and signed requests can be read or changed on the way when a client does not use TLS.',
    byHand:
      'Add a statement to the bucket policy that denies s3:* to everyone when aws:SecureTransport is false, for the bucket and its objects: `aws s3api put-bucket-policy --bucket BUCKET --policy file://POLICY.json`. The call replaces the whole policy.',
    stockRules: ['AwsSolutions-S10', 'NIST.800.53.R5-S3BucketSSLRequestsOnly'],
    standards: {
      'fsbp-1.0': ['S3.5'],
      'cis-3.0': ['2.1.1'],
      'cis-5.0': ['2.1.1'],
      'cis-7.0': ['3.1.1'],
      'nist-800-53-r5': [
        'AC-4', 'AC-4(22)', 'AC-17(2)', 'AC-24(1)', 'AU-9(3)', 'CA-9', 'CM-6', 'CM-9', 'IA-5(1)', 'PM-11', 'PM-17',
        'SC-7(4)', 'SC-7(5)', 'SC-8', 'SC-8(1)', 'SC-8(2)', 'SC-8(3)', 'SC-8(4)', 'SC-8(5)', 'SC-13', 'SC-16(1)',
        'SC-23', 'SI-1',
      ],
      'pci-4.0': ['1.2.5', '2.2.5', '2.2.7', '4.2.1', '4.2.1.1', '8.3.2'],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.312(a)(2)(iv)', '164.312(c)(1)', '164.312(c)(2)', '164.312(e)(1)',
        '164.312(e)(2)(i)', '164.312(e)(2)(ii)',
      ],
      gdpr: ['Art. 32'],
    },
  },
  'S3.6': {
    title: 'Bucket policies let no other account change policies, ACLs or encryption',
    severity: 'HIGH',
    meaning:
      'A foreign account, or whoever takes it over, can rewrite the bucket policy or ACLs and so take or expose the data.',
    byHand:
      'Remove s3:DeleteBucketPolicy, s3:PutBucketAcl, s3:PutBucketPolicy, s3:PutEncryptionConfiguration and s3:PutObjectAcl for principals of other accounts: `aws s3api put-bucket-policy --bucket BUCKET --policy file://POLICY.json`.',
    gap: {
      kind: 'planned',
      reason: 'A later version looks in bucket policies for rights of other accounts; this one only for plain HTTP and for deletion.',
    },
    standards: {
      'fsbp-1.0': ['S3.6'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.2.6', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4', '10.6.3'],
    },
  },
  'S3.8': {
    title: 'Buckets block all public access',
    severity: 'HIGH',
    meaning: 'A later change of the policy or an ACL can make this bucket public without any further hurdle.',
    byHand:
      'Turn all four settings on: `aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`.',
    stockRules: ['AwsSolutions-S2', 'NIST.800.53.R5-S3BucketLevelPublicAccessProhibited'],
    standards: {
      'fsbp-1.0': ['S3.8'],
      'cis-3.0': ['2.1.4'],
      'cis-5.0': ['2.1.4'],
      'cis-7.0': ['3.1.4'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'CM-6', 'CM-9', 'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)',
        'SC-7(20)', 'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'S3.9': {
    title: 'Buckets log every access',
    severity: 'MEDIUM',
    meaning: 'After a leak nobody can tell which objects were read, from where and by whom.',
    byHand:
      "Name a log bucket of the same Region whose policy lets logging.s3.amazonaws.com write: `aws s3api put-bucket-logging --bucket BUCKET --bucket-logging-status 'LoggingEnabled={TargetBucket=LOG_BUCKET,TargetPrefix=BUCKET/}'`.",
    gap: {
      kind: 'planned',
      reason: 'Access logs of other buckets are billed by volume; their owners decide, and no check asks for them yet.',
    },
    stockRules: ['AwsSolutions-S1', 'NIST.800.53.R5-S3BucketLoggingEnabled'],
    standards: {
      'fsbp-1.0': ['S3.9'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: ['164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(b)', '164.312(e)(2)(i)'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1', 'CC7.2', 'CC7.3'],
    },
  },
  'S3.10': {
    title: 'Versioned buckets have a lifecycle',
    severity: 'MEDIUM',
    meaning: 'Old versions pile up without end, cost money and keep data that had to be deleted long ago.',
    byHand:
      'Write a rule with NoncurrentVersionExpiration and set it: `aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://LIFECYCLE.json`. The call replaces all existing rules.',
    gap: { kind: 'workload', reason: 'How long other buckets keep earlier versions is up to their owners.' },
    standards: {},
  },
  'S3.12': {
    title: 'Buckets ignore access control lists',
    severity: 'MEDIUM',
    meaning:
      'Access is granted object by object where no policy shows it, and other accounts may own objects in the bucket.',
    byHand:
      "Move the grants into the bucket policy, then turn ACLs off: `aws s3api put-bucket-ownership-controls --bucket BUCKET --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'`.",
    gap: {
      kind: 'planned',
      reason: 'Whether other buckets still need access control lists is up to their owners; no check asks yet.',
    },
    standards: {
      'fsbp-1.0': ['S3.12'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.5', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4'],
    },
  },
  'S3.13': {
    title: 'Buckets have a lifecycle',
    severity: 'LOW',
    meaning: 'Objects stay forever, so cost grows and data outlives the time it may be kept.',
    byHand:
      'Write rules that expire or move objects and set them: `aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://LIFECYCLE.json`.',
    gap: { kind: 'workload', reason: 'How long other buckets keep what they hold is up to their owners.' },
    standards: {
      'fsbp-1.0': ['S3.13'],
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.5.1'],
      'iso27001-2022': ['A.8.10'],
    },
  },
  'S3.14': {
    title: 'Buckets keep earlier versions of their objects',
    severity: 'LOW',
    meaning: 'An overwritten or deleted object is gone for good, be it by mistake or by ransomware.',
    byHand:
      'Turn versioning on: `aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled`. Add a lifecycle rule for old versions.',
    stockRules: ['NIST.800.53.R5-S3BucketVersioningEnabled'],
    standards: {},
  },
  'S3.15': {
    title: 'Buckets lock their objects',
    severity: 'MEDIUM',
    meaning: 'Anyone with the right to delete, or who has stolen it, can destroy records and backups for good.',
    byHand:
      "Turn versioning on, then lock: `aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=DAYS}}'`. It cannot be turned off again and covers only new objects.",
    standards: {
      'nist-800-53-r5': ['AU-9(3)'],
      'pci-4.0': ['10.3.2'],
    },
  },
  'S3.17': {
    title: 'Buckets encrypt their objects with a customer key',
    severity: 'MEDIUM',
    meaning:
      'Access to the data cannot be cut off or traced by a key of your own, and a right on the bucket alone is enough to read.',
    byHand:
      "Set the default: `aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration 'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=aws:kms,KMSMasterKeyID=KEY_ARN},BucketKeyEnabled=true}]'`. Copy old objects onto themselves to encrypt them anew.",
    stockRules: ['NIST.800.53.R5-S3DefaultEncryptionKMS'],
    standards: {},
  },
  'S3.19': {
    title: 'Access points block all public access',
    severity: 'CRITICAL',
    meaning: 'The policy of an access point can hand objects to everybody on a path that is easily forgotten.',
    byHand:
      'The settings are fixed at creation: create a new access point, which blocks public access by default (`aws s3control create-access-point --account-id ACCOUNT --name NAME --bucket BUCKET`), move the clients and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'An access point is created for one application; the team behind it has to replace the one that was made without the block.',
    },
    standards: {
      'fsbp-1.0': ['S3.19'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
    },
  },
  'S3.20': {
    title: 'Buckets require MFA to delete versions of their objects',
    severity: 'LOW',
    meaning: 'Stolen credentials are enough to delete every version of the data or to suspend versioning.',
    byHand:
      "As root user with its MFA device: `aws s3api put-bucket-versioning --bucket BUCKET --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa 'DEVICE_SERIAL CODE'`. Such a bucket cannot have lifecycle rules.",
    gap: {
      kind: 'person',
      reason:
        'Only the root user with an MFA code can turn this on, and CloudFormation cannot; a person has to do it per bucket.',
    },
    standards: {
      'cis-3.0': ['2.1.2'],
      'cis-5.0': ['2.1.2'],
      'cis-7.0': ['3.1.2'],
      'pci-4.0': ['3.5.1.3', '8.4.1', '8.4.2', '8.4.3', '10.3.2', 'A1.1.2', 'A3.4.1'],
    },
  },
  'S3.22': {
    title: 'Trails record writes to objects',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell who overwrote or deleted objects when data is found damaged or missing.',
    byHand:
      'On a multi-Region trail add a selector for AWS::S3::Object data events with readOnly false: `aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors file://SELECTORS.json`. The call replaces all selectors, so keep the old ones in the file.',
    standards: {
      'cis-3.0': ['3.8'],
      'cis-5.0': ['3.8'],
      'cis-7.0': ['4.8'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(a)(2)(i)', '164.312(b)',
        '164.312(e)(2)(i)',
      ],
      gdpr: ['Art. 30'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC2.1', 'CC7.2', 'PI1.2'],
    },
  },
  'S3.23': {
    title: 'Trails record reads of objects',
    severity: 'MEDIUM',
    meaning: 'A thief who downloads objects with valid credentials leaves no trace that tells what was taken.',
    byHand:
      'On a multi-Region trail add a selector for AWS::S3::Object data events with readOnly true: `aws cloudtrail put-event-selectors --trail-name TRAIL --advanced-event-selectors file://SELECTORS.json`. The call replaces all selectors, so keep the old ones in the file.',
    standards: {
      'cis-3.0': ['3.9'],
      'cis-5.0': ['3.9'],
      'cis-7.0': ['4.9'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14', 'AU-14(3)',
        'CA-7', 'CM-5(1)', 'CM-6', 'CM-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SI-1(1)', 'SI-3(8)',
        'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(6)(ii)', '164.312(a)(2)(i)', '164.312(b)',
        '164.312(e)(2)(i)',
      ],
      gdpr: ['Art. 30'],
      'iso27001-2022': ['A.8.15', 'A.8.16'],
      soc2: ['CC2.1', 'CC7.2'],
    },
  },
  'S3.24': {
    title: 'Multi-Region Access Points block all public access',
    severity: 'HIGH',
    meaning: 'A public policy on the global endpoint can open the buckets of several Regions at once.',
    byHand:
      "The settings are fixed at creation: create a new one with the default block (`aws s3control create-multi-region-access-point --region us-west-2 --account-id ACCOUNT --details 'Name=NAME,Regions=[{Bucket=BUCKET}]'`), move the clients and delete the old one.",
    gap: {
      kind: 'workload',
      reason:
        'Replacing a global endpoint changes the alias that clients use in every Region; the application team has to plan it.',
    },
    standards: {
      'fsbp-1.0': ['S3.24'],
    },
  },
  'S3.25': {
    title: 'Directory buckets have a lifecycle',
    severity: 'LOW',
    meaning: 'Temporary objects and unfinished uploads stay in costly fast storage long after their use.',
    byHand:
      'Write rules that expire objects and abort unfinished uploads, and set them: `aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://LIFECYCLE.json`.',
    gap: {
      kind: 'workload',
      reason:
        'Directory buckets mostly hold working data of one job; its developers know after how many days that may go.',
    },
    standards: {
      'fsbp-1.0': ['S3.25'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Glue.3': {
    title: 'Machine learning transforms of Glue encrypt the user data they keep',
    severity: 'MEDIUM',
    meaning:
      'Labels and trained transforms derived from real records lie readable for anyone who gets at the stored data.',
    byHand:
      'Encryption can only be set at creation: make a new transform with `MlUserDataEncryptionMode` set to SSE-KMS and a key in its `TransformEncryption`, train it again and delete the old one with `aws glue delete-ml-transform --transform-id ID`.',
    gap: {
      kind: 'workload',
      reason:
        'A transform has to be trained again to become encrypted; the data team that uses it decides when and under which key.',
    },
    standards: {
      'fsbp-1.0': ['Glue.3'],
    },
  },
  'Glue.4': {
    title: 'Glue Spark jobs run on versions of Glue that AWS still supports',
    severity: 'MEDIUM',
    meaning: 'Jobs on a retired version get no security fixes, and one day they no longer start.',
    byHand:
      'Set a supported `GlueVersion` in the definition of the job, test its script against the newer Spark and Python, then deploy. Change it in the template or console, as `aws glue update-job` overwrites the whole definition.',
    gap: {
      kind: 'workload',
      reason:
        'A newer version of Glue brings another Spark and Python; the owner of the job has to test the script before moving it.',
    },
    standards: {
      'fsbp-1.0': ['Glue.4'],
    },
  },
});

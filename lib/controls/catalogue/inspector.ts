import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Inspector.1': {
    title: 'Inspector scans EC2 instances for known vulnerabilities',
    severity: 'HIGH',
    meaning: 'Instances keep running packages with published holes, and attackers find them before you do.',
    byHand:
      'Turn the scan on in every Region in use: `aws inspector2 enable --resource-types EC2`. In an organization the delegated administrator does it for the members.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's threat detection turns on Inspector for instances; this version does not call Inspector.",
    },
    standards: {
      'fsbp-1.0': ['Inspector.1'],
    },
  },
  'Inspector.2': {
    title: 'Inspector scans container images in ECR',
    severity: 'HIGH',
    meaning: 'Images that were clean when built gather known holes over time, and nobody hears about them.',
    byHand:
      'Turn the scan on in every Region in use: `aws inspector2 enable --resource-types ECR`. In an organization the delegated administrator does it for the members.',
    gap: {
      kind: 'planned',
      reason: "Scanning of images by Inspector is planned as part of a later version's threat detection.",
    },
    standards: {
      'fsbp-1.0': ['Inspector.2'],
    },
  },
  'Inspector.3': {
    title: 'Inspector scans the code of Lambda functions',
    severity: 'HIGH',
    meaning: 'Injection flaws and secrets written into the code of a function reach production unseen.',
    byHand:
      'Code scans need the standard scan as well, so turn on both: `aws inspector2 enable --resource-types LAMBDA LAMBDA_CODE`. In an organization the delegated administrator does it for the members.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's threat detection turns on code scans of functions; until then they are off unless the account turned them on.",
    },
    standards: {
      'fsbp-1.0': ['Inspector.3'],
    },
  },
  'Inspector.4': {
    title: 'Inspector scans the packages that Lambda functions depend on',
    severity: 'HIGH',
    meaning: 'Functions run libraries with published holes long after a fix is out.',
    byHand:
      'Turn the scan on in every Region in use: `aws inspector2 enable --resource-types LAMBDA`. In an organization the delegated administrator does it for the members.',
    gap: {
      kind: 'planned',
      reason:
        "The standard scan of functions belongs to a later version's threat detection; this one does not turn it on.",
    },
    standards: {
      'fsbp-1.0': ['Inspector.4'],
    },
  },
});

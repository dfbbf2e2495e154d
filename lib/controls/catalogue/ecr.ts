import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ECR.1': {
    title: 'Images in private container repositories are scanned for known vulnerabilities',
    severity: 'HIGH',
    meaning: 'Images with published vulnerabilities are deployed, and nobody learns of them until they are exploited.',
    byHand:
      'Turn on enhanced scanning for the registry in every Region in use: `aws inspector2 enable --resource-types ECR`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's threat detection turns on scanning of container images by Amazon Inspector; this one does not touch the registry.",
    },
    standards: {
      'fsbp-1.0': ['ECR.1'],
      'pci-4.0': ['11.3.1', '11.3.1.2', '11.3.1.3'],
    },
  },
  'ECR.2': {
    title: 'Image tags in private container repositories cannot be overwritten',
    severity: 'MEDIUM',
    meaning:
      'Anyone who may push can replace the image behind a tag that is already trusted, and the next deployment runs it.',
    byHand:
      'Make the tags of each repository immutable: `aws ecr put-image-tag-mutability --repository-name NAME --image-tag-mutability IMMUTABLE`. Pipelines that move a tag such as latest must change first.',
    gap: {
      kind: 'workload',
      reason:
        'Whether a build pipeline reuses tags is up to the team that owns the repository; it has to change its tagging before tags can be frozen.',
    },
    standards: {
      'fsbp-1.0': ['ECR.2'],
    },
  },
  'ECR.3': {
    title: 'Container repositories expire old images by a lifecycle policy',
    severity: 'MEDIUM',
    meaning: 'Old images with known vulnerabilities pile up, stay deployable and cost storage.',
    byHand:
      'Write rules for which images to expire and attach them: `aws ecr put-lifecycle-policy --repository-name NAME --lifecycle-policy-text file://POLICY.json`.',
    gap: {
      kind: 'workload',
      reason:
        'How many old images are needed for rollback differs by application; the owner of the repository decides which to expire.',
    },
    standards: {
      'fsbp-1.0': ['ECR.3'],
      'pci-4.0': ['3.2.1', '3.3.1.1', '3.3.1.3', '3.3.2', '3.3.3', '10.5.1'],
    },
  },
});

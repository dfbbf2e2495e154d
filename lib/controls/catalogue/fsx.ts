import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'FSx.1': {
    title: 'OpenZFS file systems pass their tags on to backups and volumes',
    severity: 'LOW',
    meaning: 'Backups and volumes without tags slip through tag-based access rules, backup plans and cost reports.',
    byHand:
      'Turn both on: `aws fsx update-file-system --file-system-id ID --open-zfs-configuration CopyTagsToVolumes=true,CopyTagsToBackups=true`. Tag existing backups and volumes by hand.',
    gap: {
      kind: 'workload',
      reason:
        'Whether volumes of one file system share an owner and hence its tags is decided by the team that splits it up.',
    },
    standards: {
      'fsbp-1.0': ['FSx.1'],
    },
  },
  'FSx.2': {
    title: 'Lustre file systems pass their tags on to backups',
    severity: 'LOW',
    meaning: 'Backups without tags cannot be traced to an owner and escape rules that go by tags.',
    byHand:
      'It can only be set at creation: create a new file system with `CopyTagsToBackups=true` in `--lustre-configuration` and move the data. Until then tag backups by `aws fsx tag-resource --resource-arn ARN --tags Key=KEY,Value=VALUE`.',
    gap: {
      kind: 'workload',
      reason:
        'Only persistent Lustre file systems have backups; the owner decides whether replacing one for its tags is worth it.',
    },
    standards: {
      'fsbp-1.0': ['FSx.2'],
    },
  },
  'FSx.3': {
    title: 'OpenZFS file systems run in more than one zone',
    severity: 'MEDIUM',
    meaning: 'When their zone fails, the files are unavailable until the zone returns or a backup is restored.',
    byHand:
      'It can only be set at creation: create a new file system with `DeploymentType=MULTI_AZ_1` in `--open-zfs-configuration`, copy the data, move the clients and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Two zones cost more and slow down writes; the owner of the files weighs that against the time they may be unavailable.',
    },
    standards: {
      'fsbp-1.0': ['FSx.3'],
    },
  },
  'FSx.4': {
    title: 'ONTAP file systems run in more than one zone',
    severity: 'MEDIUM',
    meaning: 'The failure of one zone cuts every client off from its volumes.',
    byHand:
      'It can only be set at creation: create a new file system with `DeploymentType=MULTI_AZ_2` in `--ontap-configuration`, copy the volumes with SnapMirror, move the clients and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'The storage team decides by the recovery target of each volume, since a replica by SnapMirror may already be enough.',
    },
    standards: {
      'fsbp-1.0': ['FSx.4'],
    },
  },
  'FSx.5': {
    title: 'Windows file systems run in more than one zone',
    severity: 'MEDIUM',
    meaning: 'File shares stop for all users while the only zone is down.',
    byHand:
      'It can only be set at creation: create a new file system with `DeploymentType=MULTI_AZ_1` in `--windows-configuration`, or restore a backup into one, move the clients and delete the old one.',
    gap: {
      kind: 'workload',
      reason: 'Who depends on a share, and for how long it may be gone, is known to the department that owns it.',
    },
    standards: {
      'fsbp-1.0': ['FSx.5'],
    },
  },
});

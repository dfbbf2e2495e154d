import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'WorkSpaces.1': {
    title: 'Virtual desktops keep the data of their users encrypted',
    severity: 'MEDIUM',
    meaning: 'Documents and profiles of the desktop user lie readable on the disk and in its snapshots.',
    byHand:
      'Only settable at creation: save the data of the user, terminate the old one and run `aws workspaces create-workspaces --workspaces DirectoryId=DIRECTORY,UserName=USER,BundleId=BUNDLE,UserVolumeEncryptionEnabled=true,VolumeEncryptionKey=KEY_ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'A desktop must be replaced to be encrypted, so the team that runs the desktops agrees with each user when to move the files.',
    },
    standards: {
      'fsbp-1.0': ['WorkSpaces.1'],
    },
  },
  'WorkSpaces.2': {
    title: 'Virtual desktops keep their system encrypted',
    severity: 'MEDIUM',
    meaning:
      'Cached credentials, program data and temporary files on the system disk are readable to whoever gets at the storage.',
    byHand:
      'Only settable at creation: once its data is saved, terminate the old one and run `aws workspaces create-workspaces --workspaces DirectoryId=DIRECTORY,UserName=USER,BundleId=BUNDLE,RootVolumeEncryptionEnabled=true,VolumeEncryptionKey=KEY_ARN`.',
    gap: {
      kind: 'workload',
      reason:
        'No custom image can be made from a desktop with an encrypted root volume; the desktop team decides which ones serve as models for images.',
    },
    standards: {
      'fsbp-1.0': ['WorkSpaces.2'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'EMR.1': {
    title: 'Primary nodes of EMR clusters have no public IP address',
    severity: 'HIGH',
    meaning: 'The management interfaces of the cluster can be attacked from the internet.',
    byHand:
      'It can only be set at creation: launch a new cluster with `aws emr create-cluster` and a private subnet as `SubnetId` in `--ec2-attributes`, move the jobs over and terminate the old one.',
    gap: {
      kind: 'workload',
      reason:
        'A cluster in a private subnet needs endpoints or a NAT gateway for its data; the data team lays out that network.',
    },
    standards: {
      'fsbp-1.0': ['EMR.1'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'EMR.2': {
    title: 'EMR refuses clusters that are open to public traffic',
    severity: 'CRITICAL',
    meaning: 'A careless security group rule exposes a whole data cluster to the internet.',
    byHand:
      "Block it in every Region, port 22 included: `aws emr put-block-public-access-configuration --block-public-access-configuration 'BlockPublicSecurityGroupRules=true,PermittedPublicSecurityGroupRuleRanges=[]'`.",
    gap: {
      kind: 'planned',
      reason:
        "A later version's account hardening switches on the public access block of EMR; this one leaves the setting as it is.",
    },
    standards: {
      'fsbp-1.0': ['EMR.2'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'EMR.3': {
    title: 'EMR security configurations encrypt data at rest',
    severity: 'MEDIUM',
    meaning: 'Data sets that clusters write to S3 and local disks lie there unencrypted.',
    byHand:
      'It cannot be changed in place: create a new one with `EnableAtRestEncryption` true by `aws emr create-security-configuration --name NAME --security-configuration file://CONFIG.json` and launch new clusters with it.',
    gap: {
      kind: 'workload',
      reason: 'Keys for S3 and local disks differ by data set; the data owner picks them and restarts the clusters.',
    },
    stockRules: ['AwsSolutions-EMR4'],
    standards: {
      'fsbp-1.0': ['EMR.3'],
    },
  },
  'EMR.4': {
    title: 'EMR security configurations encrypt data in transit',
    severity: 'MEDIUM',
    meaning: 'Records exchanged between the nodes of a cluster can be read on the network.',
    byHand:
      'It cannot be changed in place: create a new one with `EnableInTransitEncryption` true and a certificate provider by `aws emr create-security-configuration --name NAME --security-configuration file://CONFIG.json`, then launch new clusters with it.',
    gap: {
      kind: 'workload',
      reason:
        'Someone has to provide certificates for the nodes and accept slower shuffles; the data team that runs the cluster decides.',
    },
    stockRules: ['AwsSolutions-EMR5'],
    standards: {
      'fsbp-1.0': ['EMR.4'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'Redshift.1': {
    title: 'Redshift clusters have no public address',
    severity: 'CRITICAL',
    meaning:
      'The warehouse can be reached from the internet, where passwords are guessed and holes of the service are tried.',
    byHand:
      'Turn public access off: `aws redshift modify-cluster --cluster-identifier ID --no-publicly-accessible`. Outside tools then need a VPN or a Redshift-managed VPC endpoint.',
    gap: {
      kind: 'workload',
      reason:
        'Outside BI tools may use the public address; the owner of the warehouse has to give them a private path first.',
    },
    stockRules: ['AwsSolutions-RS8', 'NIST.800.53.R5-RedshiftClusterPublicAccess'],
    standards: {
      'fsbp-1.0': ['Redshift.1'],
      'nist-800-53-r5': [
        'AC-2(6)', 'AC-3', 'AC-3(7)', 'AC-4(21)', 'AC-6', 'AC-17', 'AC-17(1)', 'AC-17(4)', 'AC-17(9)', 'AC-17(10)',
        'MP-2', 'SC-7', 'SC-7(2)', 'SC-7(3)', 'SC-7(7)', 'SC-7(9)', 'SC-7(11)', 'SC-7(12)', 'SC-7(16)', 'SC-7(20)',
        'SC-7(21)', 'SC-7(24)', 'SC-7(25)', 'SC-7(26)', 'SC-7(27)', 'SC-7(28)', 'SC-25',
      ],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.2', '1.5.1', '3.5.1.3', '10.3.2', 'A1.1.2', 'A1.1.3', 'A3.4.1'],
      hipaa: ['164.308(a)(1)(ii)(B)', '164.308(a)(3)(i)', '164.312(a)(1)'],
      'iso27001-2022': ['A.8.1'],
    },
  },
  'Redshift.2': {
    title: 'Redshift clusters accept only TLS connections',
    severity: 'MEDIUM',
    meaning: 'Queries and results cross the network in plain text where anyone on the path can read them.',
    byHand:
      'Set require_ssl in a custom parameter group of the cluster: `aws redshift modify-cluster-parameter-group --parameter-group-name GROUP --parameters ParameterName=require_ssl,ParameterValue=true`. Reboot the cluster if the change is pending.',
    gap: {
      kind: 'workload',
      reason:
        'Reporting tools must be set to TLS before plain connections are refused; the team that runs the warehouse knows them.',
    },
    stockRules: ['AwsSolutions-RS1', 'NIST.800.53.R5-RedshiftRequireTlsSSL'],
    standards: {
      'fsbp-1.0': ['Redshift.2'],
    },
  },
  'Redshift.3': {
    title: 'Redshift clusters take snapshots and keep them for a week',
    severity: 'MEDIUM',
    meaning: 'After a faulty load or a deletion the warehouse cannot be brought back to an earlier day.',
    byHand:
      'Keep automated snapshots for 7 days or more: `aws redshift modify-cluster --cluster-identifier ID --automated-snapshot-retention-period 7`.',
    gap: {
      kind: 'workload',
      reason:
        'If a warehouse can be loaded again from its sources it needs fewer snapshots; the data owner decides how many days.',
    },
    stockRules: ['AwsSolutions-RS10', 'NIST.800.53.R5-RedshiftBackupEnabled'],
    standards: {
      'fsbp-1.0': ['Redshift.3'],
      'nist-800-53-r5': [
        'CP-1(2)', 'CP-2(5)', 'CP-6', 'CP-6(1)', 'CP-6(2)', 'CP-9', 'CP-10', 'CP-10(2)', 'SC-5(2)', 'SI-13(5)',
      ],
      'pci-4.0': ['10.3.3'],
      hipaa: [
        '164.308(a)(4)(ii)(A)', '164.308(a)(7)(i)', '164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)',
        '164.308(a)(7)(ii)(C)', '164.312(a)(2)(ii)',
      ],
      gdpr: ['Art. 32'],
      soc2: ['A1.1', 'CC7.4', 'CC7.5'],
    },
  },
  'Redshift.4': {
    title: 'Redshift clusters log connections and user activity',
    severity: 'MEDIUM',
    meaning: 'Nobody can say later who connected to the warehouse and which data they took.',
    byHand:
      'Set enable_user_activity_logging to true in the parameter group and export: `aws redshift enable-logging --cluster-identifier ID --log-destination-type cloudwatch --log-exports connectionlog userlog useractivitylog`.',
    gap: {
      kind: 'workload',
      reason: 'The owner of the warehouse chooses S3 or CloudWatch Logs and how long the text of queries may be kept.',
    },
    stockRules: ['AwsSolutions-RS5', 'NIST.800.53.R5-RedshiftClusterConfiguration'],
    standards: {
      'fsbp-1.0': ['Redshift.4'],
      'nist-800-53-r5': [
        'AC-2(4)', 'AC-3(1)', 'AC-3(10)', 'AC-4(26)', 'AC-6(9)', 'AU-2', 'AU-3', 'AU-6(3)', 'AU-6(4)', 'AU-6(6)',
        'AU-6(9)', 'AU-8', 'AU-9(3)', 'AU-10', 'AU-12', 'AU-12(1)', 'AU-12(2)', 'AU-12(3)', 'AU-12(4)', 'AU-14',
        'AU-14(3)', 'CA-7', 'CM-5(1)', 'CP-9', 'IA-3(3)', 'MA-4(1)', 'PM-14', 'PM-31', 'SC-7(9)', 'SC-8(3)', 'SC-8(4)',
        'SC-13', 'SC-28(1)', 'SI-1(1)', 'SI-3(8)', 'SI-4(2)', 'SI-4(17)', 'SI-4(20)', 'SI-7(8)', 'SI-10(1)', 'SI-19(4)',
      ],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      hipaa: [
        '164.308(a)(1)(ii)(B)', '164.308(a)(1)(ii)(D)', '164.308(a)(3)(ii)(A)', '164.308(a)(4)(ii)(A)',
        '164.312(a)(2)(iv)', '164.312(b)', '164.312(e)(2)(ii)',
      ],
      gdpr: ['Art. 30', 'Art. 32'],
      'iso27001-2022': ['A.8.15'],
      soc2: ['CC7.2'],
    },
  },
  'Redshift.6': {
    title: 'Redshift clusters take new engine versions by themselves',
    severity: 'MEDIUM',
    meaning: 'Fixes for known holes of the engine do not arrive until somebody upgrades the cluster by hand.',
    byHand:
      'Allow the upgrades: `aws redshift modify-cluster --cluster-identifier ID --allow-version-upgrade`. They come in the maintenance window.',
    gap: {
      kind: 'workload',
      reason:
        'Teams that test each engine version first may pick the trailing track; that is for those who run the warehouse.',
    },
    stockRules: ['AwsSolutions-RS9', 'NIST.800.53.R5-RedshiftClusterMaintenanceSettings'],
    standards: {
      'fsbp-1.0': ['Redshift.6'],
      'nist-800-53-r5': ['CM-2', 'CM-3(3)', 'CP-9', 'SC-5(2)', 'SI-2', 'SI-2(2)', 'SI-2(5)'],
    },
  },
  'Redshift.7': {
    title: 'Redshift clusters move data through their VPC',
    severity: 'MEDIUM',
    meaning: 'COPY and UNLOAD traffic bypasses VPC endpoints, security groups and flow logs, so data can leave unseen.',
    byHand:
      'Turn enhanced VPC routing on: `aws redshift modify-cluster --cluster-identifier ID --enhanced-vpc-routing`. Give the VPC an S3 endpoint first or loads will fail.',
    gap: {
      kind: 'workload',
      reason:
        'The VPC must offer a way to every source and target of the loads; the data platform team has to prepare it.',
    },
    stockRules: ['NIST.800.53.R5-RedshiftEnhancedVPCRoutingEnabled'],
    standards: {
      'fsbp-1.0': ['Redshift.7'],
    },
  },
  'Redshift.8': {
    title: 'Redshift clusters have an administrator name of their own',
    severity: 'MEDIUM',
    meaning: 'With the name awsuser known, an attacker only has to guess the password to own the warehouse.',
    byHand:
      'The name can only be set at creation: create a new cluster with `--master-username NAME`, unload and copy the data and move the clients. A restored snapshot keeps the old name.',
    gap: {
      kind: 'workload',
      reason:
        'Renaming the administrator of a warehouse means building it anew; the team that runs it decides whether the risk justifies that.',
    },
    stockRules: ['AwsSolutions-RS3'],
    standards: {
      'fsbp-1.0': ['Redshift.8'],
    },
  },
  'Redshift.10': {
    title: 'Redshift clusters encrypt their storage',
    severity: 'MEDIUM',
    meaning: 'Blocks and snapshots of the warehouse are readable for whoever gets at the storage.',
    byHand:
      'Turn encryption on: `aws redshift modify-cluster --cluster-identifier ID --encrypted --kms-key-id KEY`. The data is encrypted by a migration, which slows the cluster or makes it read-only for some time.',
    gap: {
      kind: 'workload',
      reason:
        'Which key protects the data, and when the encryption of an old cluster may run, is settled by the owner of the warehouse.',
    },
    stockRules: ['AwsSolutions-RS6', 'NIST.800.53.R5-RedshiftClusterConfiguration'],
    standards: {
      'fsbp-1.0': ['Redshift.10'],
    },
  },
  'Redshift.15': {
    title: 'Redshift security groups open the cluster port to known networks only',
    severity: 'HIGH',
    meaning: 'Every host on the internet may try to log in to the warehouse.',
    byHand:
      'Remove the open rule for the port of the cluster, 5439 by default: `aws ec2 revoke-security-group-ingress --group-id GROUP --protocol tcp --port PORT --cidr 0.0.0.0/0`. Remove one for ::/0 too and allow only the networks or groups of the clients.',
    stockRules: ['AwsSolutions-EC23'],
    standards: {
      'fsbp-1.0': ['Redshift.15'],
    },
  },
  'Redshift.18': {
    title: 'Redshift clusters run in two zones',
    severity: 'MEDIUM',
    meaning:
      'When the zone of the cluster fails, reports and loads stand still until it is back or restored elsewhere.',
    byHand:
      'Convert an encrypted RA3 cluster: `aws redshift modify-cluster --cluster-identifier ID --multi-az`. Its subnet group needs subnets in three zones, and compute is doubled.',
    gap: {
      kind: 'workload',
      reason: 'A second zone doubles the compute of the warehouse; its owner decides by how long analysis may be away.',
    },
    standards: {
      'fsbp-1.0': ['Redshift.18'],
    },
  },
});

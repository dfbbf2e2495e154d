import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'EKS.1': {
    title: 'Kubernetes API endpoints of clusters are closed to the internet',
    severity: 'HIGH',
    meaning: 'Anyone on the internet can try stolen credentials or new Kubernetes flaws against the API server.',
    byHand:
      'Make a private way in for operators and pipelines first, then run `aws eks update-cluster-config --name NAME --resources-vpc-config endpointPublicAccess=false,endpointPrivateAccess=true`.',
    gap: {
      kind: 'workload',
      reason:
        'Operators and pipelines need a private way into the VPC before the endpoint can close; the owner of the cluster provides it.',
    },
    stockRules: ['AwsSolutions-EKS1'],
    standards: {
      'fsbp-1.0': ['EKS.1'],
    },
  },
  'EKS.2': {
    title: 'Kubernetes clusters run a version that is still supported',
    severity: 'HIGH',
    meaning:
      'Known flaws in the control plane stay open, and AWS in the end forces the upgrade at a time of its choosing.',
    byHand:
      'Check add-ons and removed APIs, then go up one minor version at a time: `aws eks update-cluster-version --name NAME --kubernetes-version VERSION`.',
    gap: {
      kind: 'workload',
      reason:
        'An upgrade can break workloads that use removed APIs; the team that runs the cluster has to test and time it.',
    },
    standards: {
      'fsbp-1.0': ['EKS.2'],
      'pci-4.0': ['6.3.3'],
    },
  },
  'EKS.8': {
    title: 'Kubernetes clusters send their audit log to CloudWatch',
    severity: 'MEDIUM',
    meaning: 'Nobody can tell who changed what in the cluster, so an intrusion cannot be reconstructed.',
    byHand:
      "Turn on the audit log: `aws eks update-cluster-config --name NAME --logging 'clusterLogging=[{types=[audit],enabled=true}]'`. Give the log group a retention time.",
    gap: {
      kind: 'workload',
      reason:
        'Audit logs of a busy cluster cost money to ingest; the owner of the cluster decides on volume and retention.',
    },
    stockRules: ['AwsSolutions-EKS2'],
    standards: {
      'fsbp-1.0': ['EKS.8'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
    },
  },
  'EKS.9': {
    title: 'Kubernetes node groups run a version that is still supported',
    severity: 'HIGH',
    meaning:
      'Nodes miss security fixes for the kubelet and the operating system, and drift away from the control plane.',
    byHand:
      'Upgrade the control plane first where needed, then replace the nodes: `aws eks update-nodegroup-version --cluster-name CLUSTER --nodegroup-name NAME`.',
    gap: {
      kind: 'workload',
      reason: 'Replacing nodes drains pods; the owner of the workloads sets disruption budgets and picks the moment.',
    },
    standards: {
      'fsbp-1.0': ['EKS.9'],
    },
  },
});

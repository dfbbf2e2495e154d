import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'AutoScaling.1': {
    title: 'Groups behind a load balancer replace instances that fail its health checks',
    severity: 'LOW',
    meaning: 'An instance whose application hangs keeps its place in the group, since EC2 still reports it as running.',
    byHand:
      'Use the checks of the load balancer: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --health-check-type ELB --health-check-grace-period SECONDS`.',
    gap: {
      kind: 'workload',
      reason:
        'The owner knows how long the application takes to start; with too short a grace period the group would replace healthy instances.',
    },
    stockRules: ['NIST.800.53.R5-AutoScalingGroupELBHealthCheckRequired'],
    standards: {
      'fsbp-1.0': ['AutoScaling.1'],
    },
  },
  'AutoScaling.2': {
    title: 'Groups spread their instances over several Availability Zones',
    severity: 'MEDIUM',
    meaning: 'The failure of one zone takes every instance of the group with it.',
    byHand:
      'Name subnets in at least two zones: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --vpc-zone-identifier SUBNET_A,SUBNET_B`.',
    gap: {
      kind: 'workload',
      reason:
        'Some software has to stay beside its data in one zone; the owner of the group weighs that against the loss of a zone.',
    },
    standards: {
      'fsbp-1.0': ['AutoScaling.2'],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'AutoScaling.3': {
    title: 'Launch configurations demand IMDSv2',
    severity: 'HIGH',
    meaning:
      'A flaw that makes the application fetch URLs for an attacker hands out the credentials of the instance role.',
    byHand:
      'A launch configuration cannot be changed. Make a launch template with MetadataOptions HttpTokens=required and move the group: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --launch-template LaunchTemplateId=ID,Version=1`.',
    gap: {
      kind: 'organization',
      reason:
        'A policy of the organization on ec2:MetadataHttpTokens would refuse such launches; this version does not deploy organization policies.',
    },
    stockRules: ['NIST.800.53.R5-EC2IMDSv2Enabled'],
    standards: {
      'fsbp-1.0': ['AutoScaling.3'],
    },
  },
  'Autoscaling.5': {
    title: 'Launch configurations give instances no public address',
    severity: 'HIGH',
    meaning: 'Each new instance of the group can be reached from the internet directly, past the load balancer.',
    byHand:
      'A launch configuration cannot be changed. Make a launch template whose network interface has AssociatePublicIpAddress=false and set it with `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --launch-template LaunchTemplateId=ID,Version=1`.',
    stockRules: ['NIST.800.53.R5-AutoScalingLaunchConfigPublicIpDisabled'],
    standards: {
      'fsbp-1.0': ['Autoscaling.5'],
    },
  },
  'AutoScaling.6': {
    title: 'Groups draw on several instance types in several Availability Zones',
    severity: 'MEDIUM',
    meaning: 'When AWS runs short of the one instance type, the group cannot replace or add instances.',
    byHand:
      'List at least two instance types in a mixed instances policy and subnets in two zones: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --mixed-instances-policy file://POLICY.json --vpc-zone-identifier SUBNET_A,SUBNET_B`.',
    gap: {
      kind: 'workload',
      reason:
        'Whether the application runs equally well on other instance types has to be tested; only its team can vouch for that.',
    },
    standards: {
      'fsbp-1.0': ['AutoScaling.6'],
    },
  },
  'AutoScaling.9': {
    title: 'Groups start instances from launch templates',
    severity: 'MEDIUM',
    meaning: 'Groups stay on launch configurations, which have no versions and lack newer settings of EC2.',
    byHand:
      'Copy the launch configuration to a launch template in the EC2 console, then move the group: `aws autoscaling update-auto-scaling-group --auto-scaling-group-name NAME --launch-template LaunchTemplateId=ID,Version=1`.',
    gap: {
      kind: 'workload',
      reason:
        'Moving a group is a change of how its instances start; the team that deploys it has to rewrite its template and roll the instances.',
    },
    standards: {
      'fsbp-1.0': ['AutoScaling.9'],
    },
  },
});

import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ECS.2': {
    title: 'Container services give their tasks no public IP address',
    severity: 'HIGH',
    meaning: 'Tasks can be reached straight from the internet, past the load balancer and its filters.',
    byHand:
      "Turn off the public address: `aws ecs update-service --cluster CLUSTER --service NAME --network-configuration 'awsvpcConfiguration={subnets=[SUBNET],securityGroups=[GROUP],assignPublicIp=DISABLED}'`. Give private subnets a NAT gateway or endpoints for image pulls.",
    standards: {
      'fsbp-1.0': ['ECS.2'],
    },
  },
  'ECS.3': {
    title: 'Container tasks do not share the process namespace of their host',
    severity: 'HIGH',
    meaning: 'A compromised container can see and signal the processes of the host and of its neighbors.',
    byHand:
      'Register a new revision of the task definition with `pidMode` set to `task` or left out, then update the service to that revision.',
    gap: {
      kind: 'workload',
      reason:
        'A few monitoring agents need to see host processes; the owner of the task definition decides whether this one is such a case.',
    },
    standards: {
      'fsbp-1.0': ['ECS.3'],
      'pci-4.0': ['1.4.5'],
    },
  },
  'ECS.4': {
    title: 'Containers run without privileged mode',
    severity: 'HIGH',
    meaning: 'A process that breaks out of a privileged container has root on the host and thereby every task on it.',
    byHand:
      'Register a new revision of the task definition with `privileged` set to false in every container, add single Linux capabilities only where needed, then update the service.',
    gap: {
      kind: 'workload',
      reason:
        'Whether a container really needs access to host devices is known only to its developers, who set the flag in the task definition.',
    },
    standards: {
      'fsbp-1.0': ['ECS.4'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.3'],
    },
  },
  'ECS.5': {
    title: 'Containers mount their root file system read-only',
    severity: 'HIGH',
    meaning: 'An attacker inside a container can drop tools or alter the program files and so stay.',
    byHand:
      'Register a new revision with `readonlyRootFilesystem` set to true in every container, mount a volume at each path the program writes to, then update the service.',
    gap: {
      kind: 'workload',
      reason:
        'Which paths a program writes to is known to its developers; they have to move those to volumes before the root can be read-only.',
    },
    standards: {
      'fsbp-1.0': ['ECS.5'],
      'pci-4.0': [
        '3.5.1.3', '7.2.1', '7.2.2', '7.2.5', '7.2.6', '7.3.1', '7.3.2', '7.3.3', '8.2.7', '8.2.8', '8.3.4', '10.3.2',
        '10.6.3', 'A1.1.2', 'A3.4.1',
      ],
    },
  },
  'ECS.8': {
    title: 'Task definitions carry no credentials in plain environment variables',
    severity: 'HIGH',
    meaning: 'Everyone who may describe the task definition or read its template can read the credentials.',
    byHand:
      'Store the value in Secrets Manager or Parameter Store, refer to it under `secrets` instead of `environment`, allow the execution role to read it and rotate the old value.',
    gap: {
      kind: 'workload',
      reason:
        'Which variables of a task hold secrets is known to the team that wrote it; that team moves them to a secret store.',
    },
    stockRules: ['AwsSolutions-ECS2'],
    standards: {
      'fsbp-1.0': ['ECS.8'],
      'pci-4.0': ['3.5.1', '8.2.2', '8.3.2'],
    },
  },
  'ECS.9': {
    title: 'Task definitions send the output of their containers to a log destination',
    severity: 'HIGH',
    meaning: 'Container output is lost with the task, so a crash or an intrusion leaves no trace.',
    byHand:
      'Register a new revision with a `logConfiguration` in every container, for example the `awslogs` driver with `awslogs-group`, `awslogs-region` and `awslogs-stream-prefix`, then update the service.',
    gap: {
      kind: 'workload',
      reason:
        'Where container output goes and how long it is kept depends on the logging tools of the team that owns the task.',
    },
    stockRules: ['AwsSolutions-ECS7'],
    standards: {
      'fsbp-1.0': ['ECS.9'],
      'pci-4.0': [
        '5.3.4', '10.2.1', '10.2.1.1', '10.2.1.2', '10.2.1.3', '10.2.1.4', '10.2.1.5', '10.2.1.6', '10.2.1.7', '10.2.2',
        '10.3.1', '10.6.3', 'A1.2.1',
      ],
      'iso27001-2022': ['A.8.15'],
      soc2: ['A1.1'],
    },
  },
  'ECS.10': {
    title: 'Fargate services run on the newest platform version',
    severity: 'MEDIUM',
    meaning: 'Tasks keep running on an older runtime that no longer receives security fixes.',
    byHand:
      'Move the service to the newest platform: `aws ecs update-service --cluster CLUSTER --service NAME --platform-version LATEST --force-new-deployment`.',
    gap: {
      kind: 'workload',
      reason:
        'A pinned platform version may have a reason in the application; the owner of the service tests the new one and plans the redeployment.',
    },
    standards: {
      'fsbp-1.0': ['ECS.10'],
    },
  },
  'ECS.12': {
    title: 'Container clusters collect Container Insights metrics',
    severity: 'MEDIUM',
    meaning: 'Restarts, resource exhaustion or a hidden miner in a container do not show up in any metric.',
    byHand:
      'Turn the setting on: `aws ecs update-cluster-settings --cluster NAME --settings name=containerInsights,value=enhanced`.',
    gap: {
      kind: 'workload',
      reason:
        'Container Insights is billed by metric and some teams monitor with other tools; the owner of the cluster decides which to pay for.',
    },
    stockRules: ['AwsSolutions-ECS4'],
    standards: {
      'fsbp-1.0': ['ECS.12'],
    },
  },
  'ECS.16': {
    title: 'Task sets give their tasks no public IP address',
    severity: 'HIGH',
    meaning:
      'Tasks of a deployment driven from outside ECS become reachable from the internet without anyone noticing.',
    byHand:
      'It can only be set at creation: create a new task set with `assignPublicIp=DISABLED` in its `awsvpcConfiguration`, shift the traffic, then remove the old one: `aws ecs delete-task-set --cluster CLUSTER --service NAME --task-set ID`.',
    gap: {
      kind: 'workload',
      reason:
        'Task sets are made by the deployment tool of the application; whoever owns that tool sets their network configuration.',
    },
    standards: {
      'fsbp-1.0': ['ECS.16'],
    },
  },
  'ECS.18': {
    title: 'Tasks encrypt their traffic to EFS volumes',
    severity: 'MEDIUM',
    meaning: 'Anyone able to read the network between task and file system sees the file contents.',
    byHand:
      'Register a new revision with `transitEncryption` set to `ENABLED` in each `efsVolumeConfiguration`, then update the service.',
    gap: {
      kind: 'workload',
      reason: 'Volumes are mounted by the task definition, so its author decides and tests the mount over TLS.',
    },
    standards: {
      'fsbp-1.0': ['ECS.18'],
    },
  },
  'ECS.19': {
    title: 'Capacity providers protect instances that still run tasks from scale-in',
    severity: 'MEDIUM',
    meaning: 'Scaling in can end an instance in the middle of its work and break running tasks.',
    byHand:
      "Turn on scale-in protection in the Auto Scaling group, then: `aws ecs update-capacity-provider --name NAME --auto-scaling-group-provider 'managedScaling={status=ENABLED},managedTerminationProtection=ENABLED'`.",
    gap: {
      kind: 'workload',
      reason:
        'Whether tasks survive the loss of their instance depends on the application; the owner of the cluster weighs that against faster scale-in.',
    },
    standards: {
      'fsbp-1.0': ['ECS.19'],
    },
  },
  'ECS.20': {
    title: 'Linux containers run as a user other than root',
    severity: 'MEDIUM',
    meaning: 'A flaw in the program gives an attacker root inside the container, the best start for breaking out.',
    byHand:
      'Register a new revision with `user` set to a non-root user such as `1000:1000` in every container, make the files it needs accessible to that user, then update the service.',
    gap: {
      kind: 'workload',
      reason:
        'File permissions and ports of the image decide which user can run it; the developers of the image have to choose and test one.',
    },
    standards: {
      'fsbp-1.0': ['ECS.20'],
    },
  },
  'ECS.21': {
    title: 'Windows containers run as a user other than the administrator',
    severity: 'MEDIUM',
    meaning: 'A flaw in the program gives an attacker full administrator rights inside the Windows container.',
    byHand:
      'Register a new revision with `user` set to an account such as `ContainerUser` in every Windows container, give it access to the files it needs, then update the service.',
    gap: {
      kind: 'workload',
      reason:
        'Only the developers of a Windows image know which rights its service needs; they pick the account it runs under.',
    },
    standards: {
      'fsbp-1.0': ['ECS.21'],
    },
  },
});

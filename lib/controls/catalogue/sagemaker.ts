import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'SageMaker.1': {
    title: 'Notebook instances have no direct way to the internet',
    severity: 'HIGH',
    meaning:
      'Code in a notebook can send training data to any host on the internet without passing the controls of the VPC.',
    byHand:
      'Only settable at creation: create the notebook anew with `aws sagemaker create-notebook-instance ... --direct-internet-access Disabled --subnet-id SUBNET --security-group-ids GROUP`. Copy the work over and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Data scientists decide with the network team how a notebook gets packages and data, by endpoints or a NAT gateway, before its own internet access goes.',
    },
    stockRules: ['AwsSolutions-SM3', 'NIST.800.53.R5-SageMakerNotebookNoDirectInternetAccess'],
    standards: {
      'fsbp-1.0': ['SageMaker.1'],
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
  'SageMaker.2': {
    title: 'Notebook instances run in a VPC of the customer',
    severity: 'HIGH',
    meaning:
      'Traffic of the notebook flows through a network of AWS where no flow log, security group or endpoint policy of yours applies.',
    byHand:
      'Only settable at creation: create the notebook anew with `aws sagemaker create-notebook-instance ... --subnet-id SUBNET --security-group-ids GROUP`. Copy the work over and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Which subnet and security group fit a notebook follows from the data sources it reads; the team that runs it chooses them.',
    },
    stockRules: ['AwsSolutions-SM1'],
    standards: {
      'fsbp-1.0': ['SageMaker.2'],
      'pci-4.0': ['1.2.8', '1.3.1', '1.3.2', '1.4.1', '1.4.2', '1.4.4', '1.5.1', 'A1.1.3'],
      'iso27001-2022': ['A.8.20', 'A.8.21', 'A.8.22'],
    },
  },
  'SageMaker.3': {
    title: 'Notebook users are not root',
    severity: 'HIGH',
    meaning:
      'Anyone who opens the notebook can change its system, switch off agents on it and read the files and credentials of every process.',
    byHand:
      'Stop the notebook and turn root off: `aws sagemaker update-notebook-instance --notebook-instance-name NAME --root-access Disabled`. Move installs that need root into a lifecycle configuration, which still runs as root.',
    gap: {
      kind: 'workload',
      reason:
        'Some notebooks install system packages as root; the data science team has to say which ones, and whether a lifecycle script can do it instead.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.3'],
      'pci-4.0': ['7.2.1', '7.2.2', '7.2.3'],
    },
  },
  'SageMaker.4': {
    title: 'Endpoint variants start with more than one instance',
    severity: 'MEDIUM',
    meaning: 'With one instance, the failure of that instance or its zone stops all predictions of the endpoint.',
    byHand:
      'Create an endpoint configuration with InitialInstanceCount of 2 or more for each variant, then switch: `aws sagemaker update-endpoint --endpoint-name NAME --endpoint-config-name NEW_CONFIG`.',
    gap: {
      kind: 'workload',
      reason:
        'A second instance doubles the price of an endpoint; the owner of the model decides by how long predictions may be missing.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.4'],
      'iso27001-2022': ['A.8.14'],
    },
  },
  'SageMaker.5': {
    title: 'Models run in network isolation',
    severity: 'MEDIUM',
    meaning:
      'A tampered model or container can send input data and its role credentials to an outside host while it serves requests.',
    byHand:
      'Only settable at creation: create the model anew with `aws sagemaker create-model ... --enable-network-isolation`, put it into a new endpoint configuration and update the endpoint.',
    gap: {
      kind: 'workload',
      reason:
        'A model that calls other services while it predicts fails in isolation; its developer knows whether it makes such calls.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.5'],
    },
  },
  'SageMaker.8': {
    title: 'Notebook instances run on a platform that AWS still supports',
    severity: 'MEDIUM',
    meaning:
      'The operating system and Jupyter of the notebook get no more security fixes, so known holes stay open to attackers.',
    byHand:
      'Save the work, stop the notebook and run `aws sagemaker update-notebook-instance --notebook-instance-name NAME --platform-identifier notebook-al2023-v1`. If the change is refused, create a new notebook on that platform and copy the files over.',
    gap: {
      kind: 'workload',
      reason:
        'A new platform changes Python kernels and libraries; the users of the notebook have to test their code on it and pick the day.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.8'],
    },
  },
  'SageMaker.9': {
    title: 'Data quality jobs encrypt traffic between their containers',
    severity: 'MEDIUM',
    meaning: 'Records under inspection cross the network between the instances of a distributed job in plain text.',
    byHand:
      'Only settable at creation: create the job definition anew with `aws sagemaker create-data-quality-job-definition ... --network-config EnableInterContainerTrafficEncryption=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Encryption between nodes can make a data quality job slower; the team that monitors the model weighs it against how sensitive the data is.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.9'],
    },
  },
  'SageMaker.10': {
    title: 'Model explainability jobs encrypt traffic between their containers',
    severity: 'MEDIUM',
    meaning:
      'Input records and their attributions travel unencrypted between the instances that compute the explanation.',
    byHand:
      'Only settable at creation: create it anew with `aws sagemaker create-model-explainability-job-definition ... --network-config EnableInterContainerTrafficEncryption=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Explanations take much computing, and encryption adds to the run time; the owner of the explainability job decides whether it runs on several nodes.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.10'],
    },
  },
  'SageMaker.11': {
    title: 'Data quality jobs run in network isolation',
    severity: 'MEDIUM',
    meaning:
      'The analysis container can open connections to the outside and carry off the production data that it inspects.',
    byHand:
      'Only settable at creation: create the job definition anew with `aws sagemaker create-data-quality-job-definition ... --network-config EnableNetworkIsolation=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'Isolation fits the ready-made container but can break one that fetches its rules over the network; the author of the data quality job knows which is used.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.11'],
    },
  },
  'SageMaker.12': {
    title: 'Model bias jobs run in network isolation',
    severity: 'MEDIUM',
    meaning: 'The bias container reads personal traits such as age or origin and can pass them to any host it reaches.',
    byHand:
      'Only settable at creation: create the job definition anew with `aws sagemaker create-model-bias-job-definition ... --network-config EnableNetworkIsolation=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'A bias job may query its model or other services while it runs; the team that defined it has to find out whether it works without a network.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.12'],
    },
  },
  'SageMaker.13': {
    title: 'Model quality jobs encrypt traffic between their containers',
    severity: 'MEDIUM',
    meaning:
      'Predictions and the true labels they are compared with cross the network between job instances in plain text.',
    byHand:
      'Only settable at creation: create the job definition anew with `aws sagemaker create-model-quality-job-definition ... --network-config EnableInterContainerTrafficEncryption=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'How predictions and labels are protected inside a model quality job is written in its definition; the team that owns the model writes it.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.13'],
    },
  },
  'SageMaker.14': {
    title: 'Monitoring schedules run their jobs in network isolation',
    severity: 'MEDIUM',
    meaning:
      'A compromised monitoring container reaches outside hosts again on every scheduled run and can drain captured requests.',
    byHand:
      'Set EnableNetworkIsolation to true in NetworkConfig of the whole configuration: `aws sagemaker update-monitoring-schedule --monitoring-schedule-name NAME --monitoring-schedule-config file://config.json`. If it names a job definition, replace that one.',
    gap: {
      kind: 'workload',
      reason:
        'Whether a monitoring container needs the network on its runs depends on its image; the owner of the schedule decides after a trial run.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.14'],
    },
  },
  'SageMaker.15': {
    title: 'Model bias jobs encrypt traffic between their containers',
    severity: 'MEDIUM',
    meaning: 'Personal traits used to measure bias pass unencrypted between the instances of the job.',
    byHand:
      'Only settable at creation: create the job definition anew with `aws sagemaker create-model-bias-job-definition ... --network-config EnableInterContainerTrafficEncryption=true`. Point the monitoring schedule to it and delete the old one.',
    gap: {
      kind: 'workload',
      reason:
        'The definition of a bias job belongs to the team that answers for the fairness of the model; it sets encryption there if the job spans nodes.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.15'],
    },
  },
  'SageMaker.16': {
    title: 'Primary containers of models come from a private registry in the VPC',
    severity: 'MEDIUM',
    meaning:
      'The image is pulled outside the VPC, so your network controls neither see nor limit where model code comes from.',
    byHand:
      'Only settable at creation: put the image in a private Docker registry in the VPC and create the model anew with VpcConfig and with ImageConfig RepositoryAccessMode=Vpc in `--primary-container`. Then update the endpoint.',
    gap: {
      kind: 'workload',
      reason:
        'Running a registry of its own inside the VPC in place of ECR is much work; the machine learning platform team decides whether its rules demand it.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.16'],
    },
  },
  'SageMaker.17': {
    title: 'Offline stores of feature groups are encrypted with a KMS key',
    severity: 'MEDIUM',
    meaning:
      'Features at rest in S3 are guarded by bucket rights alone, with no key policy to limit who can read them and no key use to audit.',
    byHand:
      "Only settable at creation: create the feature group anew with `aws sagemaker create-feature-group ... --offline-store-config 'S3StorageConfig={S3Uri=S3_URI,KmsKeyId=KEY_ARN}'`. Load the records into it and delete the old one.",
    gap: {
      kind: 'workload',
      reason:
        'Which key protects features depends on who may read them; the owner of the feature store picks the key when the group is created.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.17'],
    },
  },
  'SageMaker.19': {
    title: 'All containers of inference pipelines come from a private registry in the VPC',
    severity: 'MEDIUM',
    meaning:
      'One pipeline step pulled from outside the VPC is enough to bring unreviewed code next to the data of all the others.',
    byHand:
      'Only settable at creation: host every image in a private Docker registry in the VPC and create the model anew with VpcConfig and with ImageConfig RepositoryAccessMode=Vpc for each entry of `--containers`. Then update the endpoint.',
    gap: {
      kind: 'workload',
      reason:
        'A pipeline passes only if each step is served by a registry in the VPC; the team that builds the pipeline decides whether to host all its images there.',
    },
    standards: {
      'fsbp-1.0': ['SageMaker.19'],
    },
  },
});

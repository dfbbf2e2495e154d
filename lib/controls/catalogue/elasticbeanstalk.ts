import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'ElasticBeanstalk.1': {
    title: 'Beanstalk environments report enhanced health',
    severity: 'LOW',
    meaning:
      'Failing instances and bad deployments are noticed late, because only basic load balancer checks are seen.',
    byHand:
      'Set the system type: `aws elasticbeanstalk update-environment --environment-name NAME --option-settings Namespace=aws:elasticbeanstalk:healthreporting:system,OptionName=SystemType,Value=enhanced`. The platform must support it.',
    gap: {
      kind: 'workload',
      reason:
        'Older platforms lack the health agent and custom metrics cost extra; the owner of the environment decides.',
    },
    stockRules: ['NIST.800.53.R5-ElasticBeanstalkEnhancedHealthReportingEnabled'],
    standards: {
      'fsbp-1.0': ['ElasticBeanstalk.1'],
    },
  },
  'ElasticBeanstalk.2': {
    title: 'Beanstalk environments install platform updates by themselves',
    severity: 'HIGH',
    meaning: 'Known flaws in the runtime, web server or operating system stay open until someone updates by hand.',
    byHand:
      'Set `ManagedActionsEnabled` to true and a `PreferredStartTime` in `aws:elasticbeanstalk:managedactions`, and `UpdateLevel` to minor in its `platformupdate` namespace: `aws elasticbeanstalk update-environment --environment-name NAME --option-settings file://OPTIONS.json`.',
    gap: {
      kind: 'workload',
      reason:
        'Platform updates replace instances in a weekly window; the owner of the application chooses the window and the update level.',
    },
    stockRules: ['AwsSolutions-EB3', 'NIST.800.53.R5-ElasticBeanstalkManagedUpdatesEnabled'],
    standards: {
      'fsbp-1.0': ['ElasticBeanstalk.2'],
    },
  },
  'ElasticBeanstalk.3': {
    title: 'Beanstalk environments stream their logs to CloudWatch',
    severity: 'HIGH',
    meaning: 'Logs vanish when an instance is replaced, and with them the traces of a fault or an attack.',
    byHand:
      'Allow the instance profile to write logs, then: `aws elasticbeanstalk update-environment --environment-name NAME --option-settings Namespace=aws:elasticbeanstalk:cloudwatch:logs,OptionName=StreamLogs,Value=true`.',
    gap: {
      kind: 'workload',
      reason:
        'The environment belongs to an application team, which grants its instances the right to write logs and sets the retention.',
    },
    standards: {
      'fsbp-1.0': ['ElasticBeanstalk.3'],
    },
  },
});

// Written by `npm run generate`. Do not edit.
import { controls as account } from './catalogue/account';
import { controls as acm } from './catalogue/acm';
import { controls as apigateway } from './catalogue/apigateway';
import { controls as appsync } from './catalogue/appsync';
import { controls as athena } from './catalogue/athena';
import { controls as autoscaling } from './catalogue/autoscaling';
import { controls as backup } from './catalogue/backup';
import { controls as bedrockagentcore } from './catalogue/bedrockagentcore';
import { controls as bw } from './catalogue/bw';
import { controls as cloudformation } from './catalogue/cloudformation';
import { controls as cloudfront } from './catalogue/cloudfront';
import { controls as cloudtrail } from './catalogue/cloudtrail';
import { controls as cloudwatch } from './catalogue/cloudwatch';
import { controls as codebuild } from './catalogue/codebuild';
import { controls as cognito } from './catalogue/cognito';
import { controls as config } from './catalogue/config';
import { controls as connect } from './catalogue/connect';
import { controls as datafirehose } from './catalogue/datafirehose';
import { controls as datasync } from './catalogue/datasync';
import { controls as dms } from './catalogue/dms';
import { controls as documentdb } from './catalogue/documentdb';
import { controls as dynamodb } from './catalogue/dynamodb';
import { controls as ec2 } from './catalogue/ec2';
import { controls as ecr } from './catalogue/ecr';
import { controls as ecs } from './catalogue/ecs';
import { controls as efs } from './catalogue/efs';
import { controls as eks } from './catalogue/eks';
import { controls as elasticache } from './catalogue/elasticache';
import { controls as elasticbeanstalk } from './catalogue/elasticbeanstalk';
import { controls as elb } from './catalogue/elb';
import { controls as emr } from './catalogue/emr';
import { controls as es } from './catalogue/es';
import { controls as eventbridge } from './catalogue/eventbridge';
import { controls as fsx } from './catalogue/fsx';
import { controls as glue } from './catalogue/glue';
import { controls as guardduty } from './catalogue/guardduty';
import { controls as iam } from './catalogue/iam';
import { controls as inspector } from './catalogue/inspector';
import { controls as kinesis } from './catalogue/kinesis';
import { controls as kms } from './catalogue/kms';
import { controls as lambda } from './catalogue/lambda';
import { controls as macie } from './catalogue/macie';
import { controls as mq } from './catalogue/mq';
import { controls as msk } from './catalogue/msk';
import { controls as neptune } from './catalogue/neptune';
import { controls as networkfirewall } from './catalogue/networkfirewall';
import { controls as opensearch } from './catalogue/opensearch';
import { controls as pca } from './catalogue/pca';
import { controls as rds } from './catalogue/rds';
import { controls as redshift } from './catalogue/redshift';
import { controls as redshiftserverless } from './catalogue/redshiftserverless';
import { controls as route53 } from './catalogue/route53';
import { controls as s3 } from './catalogue/s3';
import { controls as sagemaker } from './catalogue/sagemaker';
import { controls as secretsmanager } from './catalogue/secretsmanager';
import { controls as servicecatalog } from './catalogue/servicecatalog';
import { controls as ses } from './catalogue/ses';
import { controls as sns } from './catalogue/sns';
import { controls as sqs } from './catalogue/sqs';
import { controls as ssm } from './catalogue/ssm';
import { controls as stepfunctions } from './catalogue/stepfunctions';
import { controls as transfer } from './catalogue/transfer';
import { controls as waf } from './catalogue/waf';
import { controls as workspaces } from './catalogue/workspaces';
import type { ControlDefinition } from './control';
import type { ControlId } from './severities.generated';

/** Every control, service by service. */
export const CONTROLS: Readonly<Record<ControlId, ControlDefinition>> = {
  ...account,
  ...acm,
  ...apigateway,
  ...appsync,
  ...athena,
  ...autoscaling,
  ...backup,
  ...bedrockagentcore,
  ...bw,
  ...cloudformation,
  ...cloudfront,
  ...cloudtrail,
  ...cloudwatch,
  ...codebuild,
  ...cognito,
  ...config,
  ...connect,
  ...datafirehose,
  ...datasync,
  ...dms,
  ...documentdb,
  ...dynamodb,
  ...ec2,
  ...ecr,
  ...ecs,
  ...efs,
  ...eks,
  ...elasticache,
  ...elasticbeanstalk,
  ...elb,
  ...emr,
  ...es,
  ...eventbridge,
  ...fsx,
  ...glue,
  ...guardduty,
  ...iam,
  ...inspector,
  ...kinesis,
  ...kms,
  ...lambda,
  ...macie,
  ...mq,
  ...msk,
  ...neptune,
  ...networkfirewall,
  ...opensearch,
  ...pca,
  ...rds,
  ...redshift,
  ...redshiftserverless,
  ...route53,
  ...s3,
  ...sagemaker,
  ...secretsmanager,
  ...servicecatalog,
  ...ses,
  ...sns,
  ...sqs,
  ...ssm,
  ...stepfunctions,
  ...transfer,
  ...waf,
  ...workspaces,
};

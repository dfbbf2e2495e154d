import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Answers } from '../lambda/runtime/answers';
import { type DeploymentFacts, deploymentParameter } from '../lambda/runtime/deployment/spec';
import { isAwsError } from '../lambda/runtime/errors';
import { isRecord } from '../lambda/runtime/foreign';
import { Aws } from './aws';
import { Stop } from './exit';
import type { CommonOptions } from './options';
import { Output } from './output';

/** What every command works with that asks a deployment. */
export interface Deployment {
  readonly qualifier: string;
  readonly facts: DeploymentFacts;
  readonly aws: Aws;
  readonly out: Output;
  /** The lines that people paste. */
  readonly answers: Answers;
}

/**
 * Finds the deployment.
 *
 * @throws Stop where there is none of that qualifier in the caller's account and Region
 */
export async function openDeployment({ qualifier, region, json }: CommonOptions): Promise<Deployment> {
  const out = await Output.open(json);
  const aws = await Aws.open(region);
  const facts = await readFacts(aws, qualifier);
  return { qualifier, facts, aws, out, answers: new Answers(qualifier) };
}

async function readFacts(aws: Aws, qualifier: string): Promise<DeploymentFacts> {
  const name = deploymentParameter(qualifier);
  try {
    const { Parameter } = await aws.client(SSMClient).send(new GetParameterCommand({ Name: name }));
    return parseFacts(name, Parameter?.Value ?? '');
  } catch (error) {
    if (!isAwsError(error, ['ParameterNotFound'])) throw error;
    const { account } = await aws.caller();
    throw new Stop(
      'notFound',
      `There is no deployment "${qualifier}" in account ${account}, Region ${aws.region}: choose its home Region with --region, its account with AWS_PROFILE, and another deployment with --qualifier.`,
      { cause: error },
    );
  }
}

/** @throws Stop where it is not what a deployment of this version writes */
export function parseFacts(name: string, text: string): DeploymentFacts {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    found = undefined;
  }
  if (!isRecord(found) || !isRecord(found.queues) || typeof found.ledger !== 'string') {
    throw new Stop(
      'failed',
      `The parameter ${name} does not say where things are: deploy once more, with this version.`,
    );
  }
  return found as unknown as DeploymentFacts;
}

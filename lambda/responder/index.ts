import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { REGISTRY } from '../registry.generated';
import { Reporter } from '../runtime/report';
import type { OnDrift } from '../runtime/run';
import { readDeployment } from '../runtime/scope';
import { Sessions } from '../runtime/sessions';
import { responderOf } from './handler';

// AWS Lambda always sets it.
const region = process.env.AWS_REGION as string;
const { variables, active, scope } = readDeployment(process.env);

let needed: Promise<OnDrift> | undefined;

/** Entry of the responder function. */
export const handler = responderOf({
  engine: {
    scope,
    sessions: new Sessions(region),
    onDrift: () => {
      needed ??= import('../runtime/on-drift').then((module) => module.onDrift(variables, region));
      return needed;
    },
    reporter: new Reporter(variables.BULWARK_REPORT_BUS, region),
    now: () => new Date(),
    pause: (ms) => sleep(ms),
  },
  units: REGISTRY.filter((unit) => active.has(unit.spec.id)),
  logger: new Logger({ serviceName: 'responder' }),
  metrics: new Metrics({
    namespace: `Bulwark/${variables.BULWARK_QUALIFIER}`,
    serviceName: 'responder',
    defaultDimensions: { qualifier: variables.BULWARK_QUALIFIER },
  }),
});

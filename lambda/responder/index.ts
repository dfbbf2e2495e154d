import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { REGISTRY } from '../registry.generated';
import { Ledger } from '../runtime/ledger';
import { ModeSwitch } from '../runtime/mode';
import { Reporter } from '../runtime/report';
import { readDeployment } from '../runtime/scope';
import { Sessions } from '../runtime/sessions';
import { responderOf } from './handler';

// AWS Lambda always sets it.
const region = process.env.AWS_REGION as string;
const { variables, active, scope } = readDeployment(process.env, region);

/** Entry of the responder function. */
export const handler = responderOf({
  engine: {
    scope,
    sessions: new Sessions(region),
    ledger: new Ledger(variables.BULWARK_LEDGER, region),
    mode: new ModeSwitch(variables.BULWARK_MODE_PARAMETER, region),
    reporter: new Reporter(variables.BULWARK_REPORT_BUS, region),
    now: () => new Date(),
  },
  units: REGISTRY.filter((unit) => active.has(unit.spec.id)),
  logger: new Logger({ serviceName: 'responder' }),
  metrics: new Metrics({
    namespace: `Bulwark/${variables.BULWARK_QUALIFIER}`,
    serviceName: 'responder',
    defaultDimensions: { qualifier: variables.BULWARK_QUALIFIER },
  }),
});

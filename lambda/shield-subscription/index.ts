import { GetSubscriptionStateCommand, ShieldClient } from '@aws-sdk/client-shield';
import { RETRIES, TIMEOUTS } from '../runtime/client';
import { type Attributes, ResourceError, type ResourceHandler, serve } from '../runtime/custom-resource';

/** Shield answers in one Region, for all of them. */
const SHIELD_REGION = 'us-east-1';

/** Entry of the function that looks whether Shield Advanced is subscribed. It never subscribes. */
export const handler = serve({ 'Custom::BulwarkShieldSubscription': verify } satisfies Record<string, ResourceHandler>);

async function verify({ kind, account }: Parameters<ResourceHandler>[0]): Promise<Attributes> {
  if (kind === 'Delete') return {};
  const shield = new ShieldClient({ ...RETRIES, requestHandler: TIMEOUTS, region: SHIELD_REGION });
  const { SubscriptionState: state } = await shield.send(new GetSubscriptionStateCommand({}));
  if (state === 'ACTIVE') return { State: state };
  throw new ResourceError(
    `Shield Advanced is not subscribed in account ${account}: subscribe it in the console of AWS Shield (one-year commitment, billed monthly), or take ShieldProtection out of the stack.`,
  );
}

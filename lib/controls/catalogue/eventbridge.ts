import { defineControls } from '../control';

// biome-ignore format: one id a line would make this table many times as long
export const controls = defineControls({
  'EventBridge.3': {
    title: 'Custom event buses carry a policy that names who may use them',
    severity: 'LOW',
    meaning: 'Nothing on the bus itself says who may send events, so access hangs on broad identity policies alone.',
    byHand:
      'Name the allowed senders: `aws events put-permission --event-bus-name NAME --statement-id ID --action events:PutEvents --principal ACCOUNT`.',
    gap: {
      kind: 'planned',
      reason:
        "A later version's security event bus is to carry a policy limited to the organization; this one has no such bus. The policies of other buses are for their owners.",
    },
    standards: {
      'fsbp-1.0': ['EventBridge.3'],
    },
  },
});

import { batchHandler, type Door, noteFailure } from './door';
import { RefusedError } from './errors';
import { type Order, parseOrder } from './orders';
import { type Desk, refusalReport } from './people';
import type { Report } from './report';
import { isRefusal } from './signal';

/**
 * A handler of what people order. An order that cannot be carried out is answered and done with; anything that fails is
 * tried again.
 *
 * @param carryOut by name of the order: this door takes these, and refuses every other one
 */
export function deskOf(
  door: Door,
  carryOut: { readonly [K in Order['order']]?: (order: Extract<Order, { order: K }>, desk: Desk) => Promise<Report> },
) {
  const { engine, units, logger } = door;
  return batchHandler(door, async (record, delivery) => {
    const senderId = record.attributes?.SenderId ?? 'unknown';
    const order = parseOrder(record.body, senderId, engine.now());
    const desk: Desk = { engine, units, delivery, orderId: record.messageId };
    if (isRefusal(order)) {
      logger.warn('refused', { messageId: record.messageId, reason: order.refused });
      await refusalReport(undefined, order.refused, desk, { name: senderId, senderId });
      return;
    }
    const facts = { order: order.order, messageId: record.messageId, sender: order.by.senderId };
    const act = carryOut[order.order] as ((order: Order, desk: Desk) => Promise<Report>) | undefined;
    try {
      if (act === undefined) throw new RefusedError(`this door does not take the order to ${order.order}`);
      const { outcome, reason, runId, resourceArn } = await act(order, desk);
      logger.info('carried out', { ...facts, outcome, reason, runId, resourceArn });
    } catch (error) {
      if (!(error instanceof RefusedError)) {
        noteFailure(door, facts, error);
        throw error;
      }
      logger.warn('refused', { ...facts, reason: error.message });
      await refusalReport(order, error.message, desk);
    }
  });
}

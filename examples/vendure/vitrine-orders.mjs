/** Tells the show server of orders, refunds and cancellations. Only of orders with a line that came from a show. */

import { createHmac } from 'node:crypto';
import { Inject } from '@nestjs/common';
import * as vendure from '@vendure/core';

const LONGEST = 1000;
const validate = (value) => (value?.length > LONGEST ? 'It is too long' : undefined); // `length` alone is the database's business
const ATTRIBUTION = { name: 'vitrine', type: 'string', length: LONGEST, nullable: true, public: true, validate };
const RETRIES = 10;

export class VitrineOrders {
  static init(settings) {
    VitrineOrders.settings = settings;
    return VitrineOrders;
  }

  constructor(bus, jobs, orders) {
    Object.assign(this, { bus, jobs, orders });
  }

  async onApplicationBootstrap() {
    this.queue = await this.jobs.createQueue({ name: 'vitrine-orders', process: ({ data }) => tell(data) });
    this.on(vendure.OrderPlacedEvent, (event, { subTotalWithTax, currencyCode, lines }) => ({
      ...{ type: 'order', value_minor: subTotalWithTax, currency: currencyCode, lines: lines.map(told) },
    }));
    this.on(vendure.RefundStateTransitionEvent, ({ toState, refund }) => {
      return toState === 'Settled' && { type: 'refund', id: String(refund.id), value_minor: refund.total };
    });
    this.on(vendure.OrderStateTransitionEvent, ({ toState }) => toState === 'Cancelled' && { type: 'cancellation' });
  }

  /** Vendure hands an event on when its transaction is through. */
  on(kind, message) {
    this.bus.ofType(kind).subscribe(async (event) => {
      const order = await this.orders.findOne(event.ctx, event.order.id);
      const said = order?.lines.some((line) => attribution(line)) && message(event, order);
      if (said) await this.queue.add({ number: order.code, ...said }, { retries: RETRIES });
    });
  }
}
[vendure.EventBus, vendure.JobQueueService, vendure.OrderService].forEach((kind, at) => Inject(kind)(VitrineOrders, undefined, at));
vendure.VendurePlugin({
  imports: [vendure.PluginCommonModule],
  compatibility: '^3.0.0',
  configuration: (config) => {
    config.customFields.OrderLine.push(ATTRIBUTION);
    return config;
  },
})(VitrineOrders);

function told(line) {
  const { productVariant, quantity, proratedLinePriceWithTax } = line;
  const bought = { product: String(productVariant.productId), variant: String(productVariant.id), quantity };
  return { ...bought, value_minor: proratedLinePriceWithTax, ...(attribution(line) && { attribution: attribution(line) }) };
}

/** Where in which show it began; a browser wrote it. */
function attribution(line) {
  try {
    const found = JSON.parse(line.customFields.vitrine ?? 'null');
    return found?.show ? found : null;
  } catch {
    return null;
  }
}

/** Signed when it is sent: a signature holds for five minutes. What fails is tried again by the queue. */
async function tell(message) {
  const { server, secret } = VitrineOrders.settings;
  const body = JSON.stringify(message);
  const stamp = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${stamp}.${body}`).digest('hex');
  const headers = { 'Content-Type': 'application/json', 'Vitrine-Signature': `t=${stamp},v1=${signature}` };
  const answer = await fetch(`${server}/api/orders`, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${message.type} ${message.number}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

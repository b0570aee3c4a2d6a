/** Start the shop. */

import { bootstrap, JobQueueService } from '@vendure/core';
import { config, data, site } from './config.mjs';

const app = await bootstrap(config(`${data}/shop.sqlite`));
await app.get(JobQueueService).start();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close().finally(() => process.exit()));
console.log(`The shop is at ${site}, its feed at ${site}/vitrine.json`);

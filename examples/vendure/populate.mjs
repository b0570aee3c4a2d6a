/** Fill a new database with Vendure's sample products. It gets its name when it is complete. */

import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { bootstrap, JobQueueService } from '@vendure/core';
import { populate } from '@vendure/core/cli/populate.js';
import { config, data, sample } from './config.mjs';

const filling = `${data}/filling.sqlite`;
await mkdir(data, { recursive: true });
await rm(filling, { force: true });
const initial = JSON.parse(await readFile(sample('initial-data.json'), 'utf8'));
for (const { handler } of initial.paymentMethods) handler.arguments = [{ name: 'automaticSettle', value: 'true' }];
const start = async () => {
  const app = await bootstrap(config(filling));
  await app.get(JobQueueService).start();
  return app;
};
const app = await populate(start, initial, sample('products.csv'));
await app.close();
await rename(filling, `${data}/shop.sqlite`);
process.exit();

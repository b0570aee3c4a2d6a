/** The shop: Vendure as `@vendure/create` sets it up, on loopback, with our plugin, our pages and the feed. */

import { fileURLToPath } from 'node:url';
import { AssetServerPlugin } from '@vendure/asset-server-plugin';
import { DefaultJobQueuePlugin, DefaultLogger, dummyPaymentHandler, LogLevel } from '@vendure/core';
import express from 'express';
import { feed } from './feed.mjs';
import { VitrineOrders } from './vitrine-orders.mjs';

const { PORT = '3000', VENDURE_DATA, VENDURE_PASSWORD = 'superadmin', VITRINE, VITRINE_SHOW, VITRINE_ORDERS_SECRET = '' } = process.env;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const data = VENDURE_DATA || here('.data');
export const site = `http://localhost:${PORT}`;
export const sample = (name) => here(`node_modules/@vendure/create/assets/${name}`);

const settings = `export const VITRINE = ${JSON.stringify(VITRINE)};\nexport const SHOW = ${JSON.stringify(VITRINE_SHOW)};\n`;
const pages = [
  { route: '/vitrine.json', handler: (request, response, next) => feed(site).then((made) => response.json(made), next) },
  { route: '/settings.js', handler: (request, response) => response.type('text/javascript').send(settings) },
  { route: '/', handler: express.static(here('page')) },
];

/** @param {string} database the SQLite file @returns {import('@vendure/core').VendureConfig} */
export function config(database) {
  return {
    apiOptions: {
      hostname: '127.0.0.1',
      port: Number(PORT),
      shopApiPath: 'shop-api',
      adminApiPath: 'admin-api',
      cors: false,
      csrfPrevention: true,
      middleware: pages.map((page) => ({ ...page, beforeListen: true })),
    },
    authOptions: { tokenMethod: ['cookie', 'bearer'], superadminCredentials: { identifier: 'superadmin', password: VENDURE_PASSWORD } },
    dbConnectionOptions: { type: 'better-sqlite3', database, synchronize: true },
    importExportOptions: { importAssetsDir: sample('images') },
    logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    plugins: [
      AssetServerPlugin.init({ route: 'assets', assetUploadDir: `${data}/assets`, assetUrlPrefix: `${site}/assets/` }),
      DefaultJobQueuePlugin.init({ backoffStrategy: (queue, attempt) => 1000 * 2 ** attempt }),
      VitrineOrders.init({ server: VITRINE, secret: VITRINE_ORDERS_SECRET }),
    ],
  };
}

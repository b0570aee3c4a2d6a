/** What is held about somebody, as they can read it; loaded when they ask. */

import { element } from './elements.js';

/**
 * One thing about a row: `text`, or a moment (Unix ms).
 * @typedef {{label: string, text?: string, at_ms?: number}} Told
 * @typedef {{title: string, rows: Told[][], left: number}} Section
 */

const LOOK = 'body{font:16px/1.5 system-ui,sans-serif;max-width:720px;margin:40px auto;padding:0 20px}dl{display:grid;grid-template-columns:minmax(120px,1fr) 3fr;gap:2px 16px;padding:8px 0;border-top:1px solid #ccc;margin:0}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}';

/** @param {Section[]} sections @param {string} language @param {(count: number) => string} more @returns {HTMLElement[]} */
export function inWords(sections, language, more) {
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return sections.map((section) => {
    const rows = section.rows.map((row) =>
      element('dl', {}, ...row.flatMap(({ label, text, at_ms }) => [element('dt', {}, label), element('dd', {}, at_ms ? moment.format(at_ms) : (text ?? ''))])),
    );
    return element('section', {}, element('h3', {}, section.title), ...rows, ...(section.left ? [element('p', {}, more(section.left))] : []));
  });
}

/** A page to keep or send on: whole in itself. @param {HTMLElement[]} sections @param {string} title @param {string} language */
export function asPage(sections, title, language) {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = language;
  page.head.append(element('meta', { charset: 'utf-8' }), element('style', {}, LOOK));
  page.body.append(element('h1', {}, title), ...sections.map((section) => section.cloneNode(true)));
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** Give the browser a file to save. @param {string} name @param {string} type @param {string} content */
export function save(name, type, content) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
